import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { digest } from '../../../cache/digest.ts';
import { replaceFile } from '../../../cache/stores/replace-file.ts';
import type { Identified } from '../questions/questions.ts';

/** Marks of each kind; past it the oldest is forgotten. */
const MOST = 2000;
/** Of the file, before what no longer counts is left out. */
const MOST_BYTES = 1024 * 1024;
/** Between two looks at what other processes have marked, ms. */
const LOOK_EVERY = 2000;

const markSchema = z.object({
  is: z.enum(['wrong', 'right']),
  /** Of the pair: what both say, in either order. */
  pair: z.string().min(1).max(100),
  /** Of the very texts. */
  asked: z.string().min(1).max(100),
  found: z.string().min(1).max(100),
  similarity: z.number(),
});
type Mark = z.output<typeof markSchema>;

/**
 * What a person said of matches. A pair marked wrong is never served again, in whichever words of the same
 * normal form and in whichever direction; one marked right is served for just these two texts, and only
 * while all else of the requests is equal. The file is appended to, and is on the disk when a mark is
 * given: neither a kill nor another process loses one.
 */
export class Marks {
  readonly #file: string | undefined;
  readonly #problem: (error: Error) => void;
  readonly #now: () => number;
  /** By pair. */
  readonly #wrong = new Map<string, Mark>();
  /** By the text that is asked. */
  readonly #right = new Map<string, Mark>();
  #read = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** Without a file they end with the process. */
  constructor(file: string | undefined, problem: (error: Error) => void, now: () => number = Date.now) {
    this.#file = file;
    this.#problem = problem;
    this.#now = now;
  }

  isWrong(asked: Identified, found: Identified): boolean {
    return this.#wrong.has(pairOf(asked, found));
  }

  /** The text, by its identity, whose answer a person wants for this one. */
  rightFor(asked: Identified): { readonly found: string; readonly similarity: number } | undefined {
    return this.#right.get(asked.exact);
  }

  /** Rejects when it cannot be written; it holds until the process ends all the same. */
  async mark(is: Mark['is'], asked: Identified, found: Identified, similarity: number): Promise<void> {
    const mark = { is, pair: pairOf(asked, found), asked: asked.exact, found: found.exact, similarity };
    this.#take(mark);
    if (this.#file === undefined) return;
    await mkdir(dirname(this.#file), { recursive: true });
    await this.#bound(this.#file);
    const handle = await open(this.#file, 'a', 0o600);
    try {
      await handle.writeFile(`\n${JSON.stringify(mark)}\n`); // begins its line anew behind a torn one
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  /** Takes over what other processes have marked since. Never rejects. */
  async look(): Promise<void> {
    const now = this.#now();
    if (this.#file === undefined || now - this.#lookedAt < LOOK_EVERY) return;
    this.#lookedAt = now;
    try {
      const { size } = await stat(this.#file);
      if (size !== this.#read) await this.#readAll(this.#file);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') this.#problem(new Error(`The marks of matches cannot be read: ${message}`));
    }
  }

  /** What was overruled or forgotten goes when the file has become large; no person marks that much. */
  async #bound(file: string): Promise<void> {
    const { size } = await stat(file).catch(() => ({ size: 0 })); // there is none yet
    if (size <= MOST_BYTES) return;
    await this.#readAll(file);
    const marks = [...this.#wrong.values(), ...this.#right.values()];
    await replaceFile(file, lines(marks), 0o600);
  }

  async #readAll(file: string): Promise<void> {
    const text = await readFile(file, 'utf8');
    this.#read = Buffer.byteLength(text);
    const unread = text.split('\n').filter((line) => line !== '' && !this.#takeLine(line)).length;
    if (unread > 0) this.#problem(new Error(`${unread} marks of matches cannot be read, and are left out.`));
  }

  #takeLine(line: string): boolean {
    try {
      this.#take(markSchema.parse(JSON.parse(line)));
      return true;
    } catch {
      return false; // counted together
    }
  }

  #take(mark: Mark): void {
    const { is, pair, asked, found } = mark;
    if (is === 'wrong') {
      this.#wrong.set(pair, mark);
      if (this.#right.get(asked)?.found === found) this.#right.delete(asked);
    } else {
      this.#wrong.delete(pair);
      this.#right.delete(asked);
      this.#right.set(asked, mark);
    }
    for (const kept of [this.#wrong, this.#right]) {
      const [oldest] = kept.keys();
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
    }
  }
}

async function* lines(marks: readonly Mark[]): AsyncIterable<string> {
  for (const mark of marks) yield `${JSON.stringify(mark)}\n`;
}

function pairOf(one: Identified, other: Identified): string {
  return digest([one.form, other.form].sort().join('\n'));
}
