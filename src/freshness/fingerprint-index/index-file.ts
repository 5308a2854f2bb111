import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { digest } from '../../cache/digest.ts';
import { Slices } from '../../cache/slices.ts';
import { replaceFile } from '../../cache/stores/replace-file.ts';
import type { FileId } from '../context.ts';
import { BLOCK_RECORDS, encodeBlock, type Known } from './index-block.ts';

/** Read in this machine's byte order, like all numbers of the file: another order is another version. */
const MAGIC = 0x49464341;
const VERSION = 1;
/** Magic, version, digest of the root's path. */
const HEAD = 32;
/** Length of a block before it; zero, with the number of records, ends the blocks. */
const LENGTH = 8;
const SUM = 32;
/** Hashed or read at once, bytes: under a millisecond. */
const PIECE = 512 * 1024;
/** Of one record at the most, bytes: an index that is larger than its bound allows is not read. */
const MOST_PER_RECORD = 512;
const PRIVATE = 0o600;

/** The file is there but cannot be used: torn, of another version, of another folder. */
class IndexError extends Error {
  override readonly name = 'IndexError';
}

/** A file that was read and found whole. */
interface IndexFile {
  /** Shared, so that a worker reads the same bytes. */
  readonly bytes: SharedArrayBuffer;
  /** Offset and length of each block. */
  readonly blocks: readonly (readonly [number, number])[];
  readonly records: number;
}

/**
 * Undefined when there is no file. Rejects with an {@link IndexError} when it is not, to the last bit,
 * what was written for this root, and with what the file system says.
 */
export async function readIndex(file: string, root: string, most: number): Promise<IndexFile | undefined> {
  const bytes = await readShared(file, HEAD + SUM + (most + BLOCK_RECORDS) * MOST_PER_RECORD);
  if (!bytes) return undefined;
  const whole = Buffer.from(bytes);
  if (whole.length < HEAD + LENGTH + SUM || !whole.subarray(0, HEAD).equals(headOf(root))) {
    throw new IndexError('The index of fingerprints is torn, of another version or of another folder.');
  }
  const end = whole.length - SUM;
  const hash = createHash('sha256');
  const slices = new Slices();
  for (let at = 0; at < end; at += PIECE) {
    if (slices.due) await slices.pause();
    hash.update(whole.subarray(at, Math.min(end, at + PIECE)));
  }
  if (!hash.digest().equals(whole.subarray(end))) throw new IndexError('The index of fingerprints is torn.');
  return { bytes, ...blocksOf(whole, end) };
}

/**
 * Replaces the file as a whole; gives way to others in between. Resolves with the number of records.
 * Rejects with what the file system says, the old file kept.
 */
export async function writeIndex(
  file: string,
  root: string,
  known: Iterable<readonly [FileId, Known]>,
): Promise<number> {
  let records = 0;
  const hash = createHash('sha256');
  const hashed = (bytes: Uint8Array) => {
    hash.update(bytes);
    return bytes;
  };
  const whole = async function* () {
    yield hashed(headOf(root));
    const slices = new Slices();
    let some: (readonly [FileId, Known])[] = [];
    const block = () => {
      const bytes = encodeBlock(some);
      some = [];
      return Buffer.concat([lengthOf(bytes.length, 0), bytes]);
    };
    for (const record of known) {
      records++;
      if (some.push(record) === BLOCK_RECORDS) yield hashed(block());
      if (slices.due) await slices.pause();
    }
    if (some.length > 0) yield hashed(block());
    yield hashed(lengthOf(0, records));
    yield hash.digest();
  };
  // What FileHandle.writeFile takes: text or bytes.
  await replaceFile(file, whole() as AsyncIterable<unknown> as AsyncIterable<string>, PRIVATE);
  return records;
}

async function readShared(file: string, most: number): Promise<SharedArrayBuffer | undefined> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    if (size > most) throw new IndexError('The index of fingerprints is larger than its bound.');
    const bytes = new SharedArrayBuffer(size);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(Buffer.from(bytes), at, size - at, at);
      if (bytesRead === 0) break; // it has shrunk: the sum will tell
      at += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

function blocksOf(whole: Buffer, end: number): Pick<IndexFile, 'blocks' | 'records'> {
  const blocks: (readonly [number, number])[] = [];
  let at = HEAD;
  while (at + LENGTH <= end) {
    const [length = 0, records = 0] = new Uint32Array(whole.buffer, at, 2);
    at += LENGTH;
    if (length === 0 && at === end) return { blocks, records };
    if (length === 0 || length % LENGTH !== 0 || at + length > end) break;
    blocks.push([at, length]);
    at += length;
  }
  throw new IndexError('The index of fingerprints is torn.');
}

function headOf(root: string): Buffer {
  const head = Buffer.alloc(HEAD);
  head.set(new Uint8Array(new Uint32Array([MAGIC, VERSION]).buffer));
  head.write(digest(root), 8, 'latin1');
  return head;
}

function lengthOf(length: number, records: number): Buffer {
  return Buffer.from(new Uint32Array([length, records]).buffer);
}
