import { open } from 'node:fs/promises';
import { type LogFolder, MARK } from './log-folder.ts';

/** Read in one go; more that is unread is a doubt. */
const MOST_UNREAD = 4 << 20;
/** Bytes before the end of what was read that are looked at again: another text there is another file. */
const TAIL = 128;

/** What was read. With a doubt, more may have been there than the lines. */
export interface Unread {
  readonly lines: readonly string[];
  readonly doubt: string | undefined;
}

/** Reads what was appended since it looked last. What the file system refuses rejects. */
export class LogReader {
  readonly #folder: LogFolder;
  /** Where the next unread line begins. */
  #number = 1;
  #offset = 0;
  #tail: Buffer = Buffer.alloc(0);
  /** The file as it was then; undefined when there was none. */
  #seen: State | undefined;

  constructor(folder: LogFolder) {
    this.#folder = folder;
  }

  /** Passes over all that is there; rejects when there can be no file. */
  async skip(): Promise<void> {
    this.#begin((await this.#folder.last()) ?? 1);
    if (!(await this.#folder.stat(this.#number))) await this.#folder.create(this.#number); // so that its removal is noticed
    const there = await this.#folder.stat(this.#number);
    if (!there) return;
    const size = Number(there.size);
    const from = Math.max(0, size - TAIL);
    const { text, before } = await this.#readFrom(from, size);
    const end = text.lastIndexOf(NEWLINE) + 1;
    // What comes after the middle of a line will be taken for a torn one.
    this.#offset = end > 0 ? from + end : size;
    this.#tail = before(this.#offset);
    this.#seen = { ...there };
  }

  /** What was appended since the last call. */
  async read(): Promise<Unread> {
    const lines: string[] = [];
    for (;;) {
      const following = (await this.#folder.stat(this.#number + 1)) !== undefined;
      const there = await this.#folder.stat(this.#number);
      if (!there) {
        const untouched = !this.#seen && (await this.#folder.last()) === undefined;
        return untouched ? { lines, doubt: undefined } : this.#doubt(lines, 'was removed');
      }
      if (!same(there, this.#seen)) {
        const size = Number(there.size);
        if (this.#seen?.ino !== undefined && there.ino !== this.#seen.ino)
          return this.#doubt(lines, 'was replaced');
        if (size < this.#offset) return this.#doubt(lines, 'was cut off');
        if (size - this.#offset > MOST_UNREAD) return this.#doubt(lines, 'has too much that is unread');
        const { text, before } = await this.#readFrom(this.#offset - this.#tail.length, size);
        const known = this.#tail.length;
        if (!text.subarray(0, known).equals(this.#tail)) return this.#doubt(lines, 'was written anew');
        const fresh = text.subarray(known, Math.max(known, text.lastIndexOf(NEWLINE) + 1));
        for (const line of fresh.toString().split('\n'))
          if (line !== '' && !line.startsWith(MARK)) lines.push(line);
        this.#offset += fresh.length;
        this.#tail = before(this.#offset);
        this.#seen = { ...there };
        if (following && this.#offset < size) return this.#doubt(lines, 'ends in the middle of a line');
      }
      if (!following) return { lines, doubt: undefined };
      this.#begin(this.#number + 1);
      this.#seen = NOTHING_OF_IT;
    }
  }

  async #doubt(lines: readonly string[], why: string): Promise<Unread> {
    const doubt = `The file ${this.#folder.file(this.#number)} ${why}`;
    await this.skip();
    return { lines, doubt };
  }

  #begin(number: number): void {
    this.#number = number;
    this.#offset = 0;
    this.#tail = Buffer.alloc(0);
    this.#seen = undefined;
  }

  async #readFrom(from: number, to: number) {
    const handle = await open(this.#folder.file(this.#number), 'r');
    try {
      const buffer = Buffer.alloc(to - from);
      let length = 0;
      while (length < buffer.length) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length, from + length);
        if (bytesRead === 0) break; // cut off since
        length += bytesRead;
      }
      const text = buffer.subarray(0, length);
      return {
        text,
        /** The last bytes before an offset of the file, in a buffer of their own. */
        before: (offset: number) =>
          Buffer.from(text.subarray(Math.max(0, offset - from - TAIL), offset - from)),
      };
    } finally {
      await handle.close();
    }
  }
}

const NEWLINE = 0x0a;

interface State {
  readonly ino: bigint | undefined;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

/** Of a file that was there, and has not been looked into. */
const NOTHING_OF_IT: State = { ino: undefined, size: -1n, mtimeNs: 0n };

function same(one: State, other: State | undefined): boolean {
  return (
    other !== undefined && one.ino === other.ino && one.size === other.size && one.mtimeNs === other.mtimeNs
  );
}
