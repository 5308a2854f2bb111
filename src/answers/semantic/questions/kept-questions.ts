import { createReadStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { digest } from '../../../cache/digest.ts';
import { replaceFile } from '../../../cache/stores/replace-file.ts';
import { sweepTemporaries } from '../../../cache/stores/temporaries.ts';
import { MOST_DIMENSIONS } from '../index/vector-index.ts';

/** 1 did not say whose a question is. */
const FORMAT = 2;
/** Questions in a line. */
const AT_ONCE = 64;
/** Of the file; what is larger was not written by this. */
const MOST_BYTES = 1024 * 1024 * 1024;

const text = z.string().min(1).max(100_000);
const keptSchema = z.object({
  key: text,
  namespace: text,
  agent: z.string().max(100_000),
  bucket: text,
  text,
  /** Base64: a byte for each dimension; and the unit of these. Absent, it has no vector yet. */
  vector: z.string().optional(),
  scale: z.number().positive().optional(),
});
export type KeptQuestion = z.output<typeof keptSchema>;

const header = z.object({
  format: z.literal(FORMAT),
  /** Of the model whose vectors these are. */
  identity: z.string(),
  dimensions: z.int().min(0).max(MOST_DIMENSIONS),
});
export type KeptHeader = Omit<z.output<typeof header>, 'format'>;

const blockSchema = z.array(keptSchema).max(AT_ONCE);
const endSchema = z.object({ questions: z.int().min(0) });

interface Kept extends KeptHeader {
  readonly questions: readonly KeptQuestion[];
}

/**
 * Questions and their vectors in one file: lines of JSON, each behind a checksum of its own, the last with
 * the count of all. It is replaced as a whole, so that a kill leaves the old file or the new one. Several
 * processes may use it: who saves takes in what others have saved since; of two that save at the same
 * moment the last one wins, and what the other had is asked anew.
 */
export class QuestionFile {
  readonly #file: string;
  readonly #problem: (error: Error) => void;
  /** Of the file as this process knows it. */
  #known = '';

  constructor(file: string, problem: (error: Error) => void) {
    this.#file = file;
    this.#problem = problem;
  }

  /** What others have saved since this process looked last; undefined when there is nothing new. */
  async news(): Promise<Kept | undefined> {
    const state = await stateOf(this.#file);
    if (state === '' || state === this.#known) return undefined;
    this.#known = state;
    try {
      return await read(this.#file);
    } catch (error) {
      const why = error instanceof z.ZodError ? 'it is of another format' : (error as Error).message;
      this.#problem(
        new Error(`The questions of earlier sessions cannot be read, and are begun anew: ${why}`, {
          cause: error,
        }),
      );
      await rename(this.#file, `${this.#file}.unreadable`).catch((failure: Error) => this.#problem(failure));
      return undefined;
    }
  }

  /** Asks for the questions in pieces, so that nothing waits for all of them. */
  async save(head: KeptHeader, questions: Iterable<KeptQuestion>): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true });
    await replaceFile(this.#file, lines(head, questions), 0o600);
    this.#known = await stateOf(this.#file);
    await sweepTemporaries(this.#file);
  }
}

async function* lines(head: KeptHeader, questions: Iterable<KeptQuestion>): AsyncIterable<string> {
  yield line({ format: FORMAT, ...head });
  let block: KeptQuestion[] = [];
  let count = 0;
  for (const question of questions) {
    block.push(question);
    count++;
    if (block.length < AT_ONCE) continue;
    yield line(block);
    block = [];
    await new Promise(setImmediate);
  }
  if (block.length > 0) yield line(block);
  yield line({ questions: count });
}

function line(value: unknown): string {
  const json = JSON.stringify(value);
  return `${digest(json)} ${json}\n`;
}

async function read(file: string): Promise<Kept> {
  const { size } = await stat(file);
  if (size > MOST_BYTES) throw new Error(`it has ${size} bytes`);
  const questions: KeptQuestion[] = [];
  let head: KeptHeader | undefined;
  let count: number | undefined;
  for await (const row of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const value = checked(row);
    if (!head) head = header.parse(value);
    else if (Array.isArray(value)) questions.push(...blockSchema.parse(value));
    else count = endSchema.parse(value).questions;
  }
  if (!head || count !== questions.length) throw new Error('a part of it is missing');
  return { ...head, questions };
}

function checked(row: string): unknown {
  const json = row.slice(row.indexOf(' ') + 1);
  if (row !== `${digest(json)} ${json}`) throw new Error('a checksum does not fit');
  return JSON.parse(json);
}

async function stateOf(file: string): Promise<string> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return found ? `${found.ino}:${found.size}:${found.mtimeMs}` : '';
}
