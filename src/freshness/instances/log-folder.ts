import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Begins the first line of a file, which is like no other file's. */
export const MARK = '#';

const FILE = /^(\d{1,9})\.jsonl$/;

/**
 * The log of what processes tell each other: numbered files of lines in a folder. The last one is
 * appended to, the one before it stays for whoever has not read it. A line counts when its file was
 * the last one after it was written: so nobody who first looks for a following file, and then reads
 * to the end, misses one.
 */
export class LogFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  file(number: number): string {
    return join(this.path, `${number}.jsonl`);
  }

  /** Undefined when there is none. */
  stat(number: number): Promise<BigIntStats | undefined> {
    return unlessMissing(stat(this.file(number), { bigint: true }));
  }

  /** The number of the last file, undefined when there is none. */
  async last(): Promise<number | undefined> {
    return (await this.#numbers()).at(-1);
  }

  /** Unless it is there. */
  async create(number: number): Promise<void> {
    await mkdir(this.path, { recursive: true });
    try {
      await writeFile(this.file(number), `${MARK}${randomUUID()}\n`, { flag: 'ax', mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }

  async removeBefore(number: number): Promise<void> {
    for (const old of await this.#numbers()) if (old < number) await rm(this.file(old), { force: true });
  }

  async #numbers(): Promise<number[]> {
    const names = await unlessMissing(readdir(this.path));
    const numbers = (names ?? []).flatMap((name) => FILE.exec(name)?.[1] ?? []).map(Number);
    return numbers.sort((a, b) => a - b);
  }
}

async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
