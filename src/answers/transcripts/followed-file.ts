import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Slices } from '../../cache/slices.ts';
import type { FileRecord, RowReader } from './request.ts';
import { Elements, Lines } from './split.ts';

/** Bytes that are read at once. */
const CHUNK = 256 * 1024;
/** Bytes before the place at which reading goes on that have to be the same as they were. */
const JOINT = 256;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** What a file looks like from outside. */
export interface FileState {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface Reading {
  /** Where files are read into. */
  readonly buffer: Buffer;
  readonly slices: Slices;
  readonly signal: AbortSignal;
  readonly tally: Tally;
}

/** What reading took. */
export interface Tally {
  bytes: number;
  opened: number;
  /** Of a row that came in several chunks, the most at once. */
  held: number;
}

export interface FollowedOptions {
  readonly path: string;
  /** Rows are lines that are appended, or elements of a document that is written as a whole. */
  readonly kind: 'lines' | 'document';
  readonly reader: () => RowReader;
}

export function readingBuffer(): Buffer {
  return Buffer.allocUnsafe(CHUNK);
}

/** A file that is read again only where it has grown. */
export class FollowedFile {
  readonly #options: FollowedOptions;
  #reader: RowReader;
  /** At the end of the last reading that reached the end. */
  #state: FileState | undefined;
  #ino: number | undefined;
  #offset = 0;
  #joint = Buffer.alloc(0);
  /** At the offset a row goes on that is left out. */
  #leaving = false;

  constructor(options: FollowedOptions) {
    this.#options = options;
    this.#reader = options.reader();
  }

  get record(): FileRecord {
    return this.#reader.record;
  }

  /** Rejects with the file system's errors, and when it is aborted; what was read until then stays. */
  async read(now: FileState, reading: Reading): Promise<void> {
    const was = this.#state;
    if (was && was.ino === now.ino && was.size === now.size && was.mtimeMs === now.mtimeMs) return;
    // No link in the place of the file that was found, and no waiting for a writer of a pipe.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    const handle = await open(this.#options.path, flags);
    try {
      reading.tally.opened++;
      const stat = await handle.stat();
      if (!stat.isFile()) return;
      const { ino, size, mtimeMs } = stat;
      const another = this.#ino !== ino || size < this.#offset;
      if (another || !(await this.#goesOn(handle, reading))) this.#anew();
      this.#ino = ino;
      await this.#readOn(handle, reading);
      this.#state = { ino, size, mtimeMs };
    } finally {
      await handle.close();
    }
  }

  #anew(): void {
    this.#reader = this.#options.reader();
    this.#offset = 0;
    this.#joint = Buffer.alloc(0);
    this.#leaving = false;
  }

  /** Whether what was read is still there: a file can be written anew in its place. */
  async #goesOn(handle: FileHandle, { buffer, tally }: Reading): Promise<boolean> {
    if (this.#options.kind === 'document') return false;
    const { length } = this.#joint;
    if (length === 0) return true;
    const { bytesRead } = await handle.read(buffer, 0, length, this.#offset - length);
    tally.bytes += bytesRead;
    return buffer.subarray(0, bytesRead).equals(this.#joint);
  }

  async #readOn(handle: FileHandle, { buffer, slices, signal, tally }: Reading): Promise<void> {
    const splitter = this.#options.kind === 'lines' ? new Lines(this.#leaving) : new Elements();
    let position = this.#offset;
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, position);
      if (bytesRead === 0) break;
      tally.bytes += bytesRead;
      const begins = position === 0 && buffer.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
      position += bytesRead;
      const chunk = buffer.subarray(begins, bytesRead);
      for (const row of splitter.feed(chunk)) {
        this.#take(row);
        if (slices.due) await slices.pause();
      }
      tally.held = Math.max(tally.held, splitter.held);
      if (splitter instanceof Lines) this.#reached(position, splitter, chunk);
      if (slices.due) await slices.pause();
    }
    if (splitter.held === 0) return;
    // A last row without a line feed is one if it is whole; else it is being written.
    const rest = splitter.rest();
    if (!isObject(rest) || parsed(rest) === undefined) return;
    this.#take(rest);
    this.#offset = position;
    this.#joint = Buffer.from(rest.subarray(-JOINT));
  }

  /** The next reading goes on with the row that is not whole yet. */
  #reached(position: number, { held, leaving }: Lines, chunk: Buffer): void {
    this.#leaving = leaving;
    this.#offset = position - held;
    const end = chunk.length - held;
    // Within a row that spans chunks the bytes before it are those of an earlier chunk.
    if (end > 0) this.#joint = Buffer.from(chunk.subarray(Math.max(0, end - JOINT), end));
  }

  #take(row: Buffer | undefined): void {
    if (row && isBlank(row)) return;
    if (row && isObject(row)) {
      if (!this.#reader.wants(row)) return;
      const json = parsed(row);
      if (json !== undefined && this.#reader.take(json)) return;
    }
    this.#reader.skip();
  }
}

function parsed(row: Buffer): unknown {
  try {
    return JSON.parse(row.toString('utf8'));
  } catch {
    return undefined;
  }
}

const BLANK = /^[ \t\r]*$/;

function isBlank(row: Buffer): boolean {
  return row.length === 0 || (row.length < 100 && BLANK.test(row.toString('latin1')));
}

/** Begins and ends as a JSON object does: enough to tell rows from garbage without parsing them. */
function isObject(row: Buffer): boolean {
  let last = row.length - 1;
  while (last > 0 && (row[last] === 0x0d || row[last] === 0x20 || row[last] === 0x09)) last--;
  let first = 0;
  while (first < last && (row[first] === 0x20 || row[first] === 0x09)) first++;
  return row[first] === 0x7b && row[last] === 0x7d;
}
