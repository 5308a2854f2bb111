import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { digest } from '../../../cache/digest.ts';
import type { Identified } from '../questions/questions.ts';

/** Marks of each kind; past it the oldest is forgotten. */
const MOST = 10_000;
/** Of the file. */
const MOST_BYTES = 8 * 1024 * 1024;
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
 * while all else of the requests is equal. The file is only ever appended to, and is on the disk when a
 * mark is given: neither a kill nor another process loses one.
 */
export class Marks {
  readonly #file: string | undefined;
  readonly #problem: (error: Error) => void;
  readonly #now: () => number;
  readonly #wrong = new Set<string>();
  readonly #right = new Map<string, { readonly found: string; readonly similarity: number }>();
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
      if (size === this.#read) return;
      if (size > MOST_BYTES) throw new Error(`it has ${size} bytes`);
      const bytes = await readFile(this.#file);
      this.#read = bytes.length;
      let wrong = 0;
      for (const line of bytes.toString('utf8').split('\n')) {
        if (line !== '' && !this.#takeLine(line)) wrong++;
      }
      if (wrong > 0) this.#problem(new Error(`${wrong} marks of matches cannot be read, and are left out.`));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') this.#problem(new Error(`The marks of matches cannot be read: ${message}`));
    }
  }

  #takeLine(line: string): boolean {
    try {
      this.#take(markSchema.parse(JSON.parse(line)));
      return true;
    } catch {
      return false; // counted together
    }
  }

  #take({ is, pair, asked, found, similarity }: Mark): void {
    if (is === 'wrong') {
      this.#wrong.add(pair);
      if (this.#right.get(asked)?.found === found) this.#right.delete(asked);
    } else {
      this.#wrong.delete(pair);
      this.#right.delete(asked);
      this.#right.set(asked, { found, similarity });
    }
    for (const kept of [this.#wrong, this.#right]) {
      const [oldest] = kept.keys();
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
    }
  }
}

function pairOf(one: Identified, other: Identified): string {
  return digest([one.form, other.form].sort().join('\n'));
}
