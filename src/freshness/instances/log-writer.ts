import { type FileHandle, open } from 'node:fs/promises';
import type { LogFolder } from './log-folder.ts';

/** A file that has grown to this is followed by the next one, bytes. */
const MOST_BYTES = 256 << 10;
/** How often a line is written again because the file that it went to was not the last one any more. */
const MOST_ATTEMPTS = 5;

/** Appends lines; what the file system refuses rejects. */
export class LogWriter {
  readonly #folder: LogFolder;
  readonly #mostBytes: number;
  #writing: { readonly number: number; readonly ino: bigint; readonly handle: FileHandle } | undefined;
  /** The last line was cut off: the next one begins on a line of its own. */
  #torn = false;

  constructor(folder: LogFolder, mostBytes = MOST_BYTES) {
    this.#folder = folder;
    this.#mostBytes = mostBytes;
  }

  /** Settles when the lines can be read by all. */
  async append(lines: string): Promise<void> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      this.#writing ??= await this.#openLast();
      const { number, ino, handle } = this.#writing;
      const bytes = Buffer.from(this.#torn ? `\n${lines}` : lines);
      const { bytesWritten } = await handle.write(bytes); // at the end, wherever others have moved it
      this.#torn = bytesWritten < bytes.length;
      if (this.#torn) throw new Error(`The disk with the folder ${this.#folder.path} is full.`);
      const there = await this.#folder.stat(number);
      if (there?.ino === ino && !(await this.#folder.stat(number + 1))) return;
      await this.#stopWriting();
    }
    throw new Error(`The files in ${this.#folder.path} are replaced all the time.`);
  }

  /** Begins the next file when this one has grown to its size. */
  async turn(): Promise<void> {
    if (!this.#writing) return;
    const { number, handle } = this.#writing;
    if ((await handle.stat()).size < this.#mostBytes) return;
    await this.#stopWriting();
    await this.#folder.create(number + 1); // another process may have: then that is the one
    await this.#folder.removeBefore(number);
  }

  async close(): Promise<void> {
    await this.#stopWriting();
  }

  async #openLast() {
    const number = (await this.#folder.last()) ?? 1;
    await this.#folder.create(number);
    const handle = await open(this.#folder.file(number), 'a', 0o600);
    const { ino } = await handle.stat({ bigint: true });
    return { number, ino, handle };
  }

  async #stopWriting(): Promise<void> {
    const writing = this.#writing;
    this.#writing = undefined;
    await writing?.handle.close();
  }
}
