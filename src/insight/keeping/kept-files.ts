import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { misfit } from '../../cache/misfit.ts';
import { replaceFile } from '../../cache/stores/replace-file.ts';
import type { Keeping } from './keeping.ts';

const FORMAT = 1;
/** A temporary file that old was left by a process that was killed, ms. */
const LEFT_BEHIND = 60_000;
/** Whose process cannot be looked up is taken to have ended when its file is that old, ms; who lives saves more often. */
const SILENT = 15 * 60_000;
/** Files that are taken over at once. */
const MOST_TAKEN = 200;

/** The files of this process that are somebody's now: its pid may have been another's before. */
const mine = new Set<string>();

interface Parts<T> {
  /** Made when it is missing. */
  readonly folder: string;
  /** Lower case: what is kept. */
  readonly name: string;
  readonly schema: z.ZodType<T>;
  readonly mostBytes: number;
  readonly problem: (error: Error) => void;
  readonly now?: () => number;
}

/** A file of a folder, by what its name says. */
interface Owned {
  readonly file: string;
  readonly host: string;
  readonly pid: number;
  readonly id: string;
}

/**
 * Keeps in one JSON file per process, `name-HOST-PID-ID.json`, and takes over the files of processes
 * that have ended: who renames one first has it. What was taken over is counted once, whoever is
 * killed when: a saved file names those whose content is in it.
 */
export class KeptFiles<T> implements Keeping<T> {
  readonly #parts: Parts<T>;
  readonly #id = randomUUID();
  /** Taken over; gone from the disk when the next file is saved, which names them. */
  readonly #taken = new Map<string, string>();

  constructor(parts: Parts<T>) {
    this.#parts = parts;
    mine.add(this.#id);
  }

  async takeOver(): Promise<readonly T[]> {
    const { folder, problem } = this.#parts;
    const claimed: { readonly id: string; readonly includes: readonly string[]; readonly value: T }[] = [];
    for (const name of await readdir(folder).catch(nothingThere)) {
      const owned = this.#owned(name);
      if (!owned) await this.#sweep(name);
      if (!owned || claimed.length >= MOST_TAKEN || !(await this.#hasEnded(owned))) continue;
      const file = join(folder, this.#fileName(owned.id));
      try {
        if (owned.file !== file) await rename(owned.file, file);
      } catch (error) {
        // Another one was first; or it is left to the next session.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problem(error as Error);
        continue;
      }
      mine.add(owned.id);
      const read = await this.#read(file);
      if (read) claimed.push({ id: owned.id, ...read });
      this.#taken.set(owned.id, file);
    }
    const included = new Set(claimed.flatMap(({ includes }) => includes));
    return claimed.filter(({ id }) => !included.has(id)).map(({ value }) => value);
  }

  async save(value: T): Promise<void> {
    const { folder } = this.#parts;
    await mkdir(folder, { recursive: true });
    const taken = [...this.#taken];
    const text = JSON.stringify({ format: FORMAT, includes: taken.map(([id]) => id), value });
    await replaceFile(join(folder, this.#fileName(this.#id)), pieces(text), 0o600);
    for (const [id, file] of taken) {
      await rm(file, { force: true });
      this.#taken.delete(id);
      mine.delete(id);
    }
  }

  /** The next process that asks takes over what was saved last. */
  close(): void {
    for (const id of [this.#id, ...this.#taken.keys()]) mine.delete(id);
  }

  #fileName(id: string): string {
    return `${this.#parts.name}-${HOST}-${process.pid}-${id}.json`;
  }

  #owned(name: string): Owned | undefined {
    const [, kind, host = '', pid = '', id = ''] =
      /^([a-z]+)-([0-9a-f]{8})-(\d{1,10})-([0-9a-f-]{36})\.json$/.exec(name) ?? [];
    if (kind !== this.#parts.name) return undefined;
    return { file: join(this.#parts.folder, name), host, pid: Number(pid), id };
  }

  async #hasEnded({ file, host, pid, id }: Owned): Promise<boolean> {
    if (host === HOST) return pid === process.pid ? !mine.has(id) : !lives(pid);
    return this.#isOlder(file, SILENT);
  }

  async #isOlder(file: string, ms: number): Promise<boolean> {
    const { now = Date.now } = this.#parts;
    const found = await stat(file).catch(() => undefined); // gone meanwhile
    return found !== undefined && now() - found.mtimeMs > ms;
  }

  async #sweep(name: string): Promise<void> {
    if (!name.startsWith(`${this.#parts.name}-`) || !name.endsWith('.tmp')) return;
    const file = join(this.#parts.folder, name);
    if (await this.#isOlder(file, LEFT_BEHIND)) await rm(file, { force: true });
  }

  /** What is no file of ours is told, and put out of the way. */
  async #read(
    file: string,
  ): Promise<{ readonly includes: readonly string[]; readonly value: T } | undefined> {
    const { schema, mostBytes, problem, folder, name } = this.#parts;
    const whole = z.object({
      format: z.literal(FORMAT),
      includes: z.array(z.string()).max(MOST_TAKEN),
      value: schema,
    });
    try {
      return whole.parse(JSON.parse(await readText(file, mostBytes)));
    } catch (error) {
      const why = error instanceof z.ZodError ? misfit(error) : (error as Error).message;
      problem(
        new Error(`What an earlier session kept cannot be read, and is left out: ${why}`, { cause: error }),
      );
      await rename(file, join(folder, `${name}.unreadable`)).catch((failure: Error) => problem(failure));
      return undefined;
    }
  }
}

const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

async function readText(file: string, mostBytes: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size > mostBytes) throw new Error(`it has ${size} bytes, and ${mostBytes} are read at the most`);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function nothingThere(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

async function* pieces(text: string): AsyncIterable<string> {
  yield text;
}
