import type { FileId } from '../context.ts';
import type { Seen } from '../dependency.ts';
import type { Stat } from '../disk.ts';

/** A digest of a file or folder, with the stat that it was found under. */
export interface Known extends Stat, Seen {
  readonly digest: string;
}

/** Records of one block: decoding or checking them takes a few milliseconds. */
export const BLOCK_RECORDS = 2048;

/** Characters of a digest. All are kept: 16 bytes would lose the last four bits of 22 base64url characters. */
const DIGEST = 22;
/** Numbers per record: mtime, ctime, size, inode, when it was looked at. */
const NUMBERS = 5;
const HEAD = 16;
/** Blocks are a multiple of this, bytes, so that the numbers in them can be read in place. */
const ALIGNMENT = 8;

/** Whether a record of it can be read back as it is. */
function fits(path: FileId, { kind, digest }: Known): boolean {
  return kind !== 'other' && digest.length === DIGEST && path.isWellFormed();
}

/**
 * Up to {@link BLOCK_RECORDS} records as bytes, in this machine's byte order: four counts, the numbers,
 * folder by record, kind by record, the digests, the folders and the names.
 */
export function encodeBlock(records: readonly (readonly [FileId, Known])[]): Uint8Array<ArrayBuffer> {
  const kept = records.filter(([path, known]) => fits(path, known));
  const folders = new Map<string, number>();
  const names: string[] = [];
  const places: number[] = [];
  for (const [path] of kept) {
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(0, slash));
    let place = folders.get(folder);
    if (place === undefined) {
      place = folders.size;
      folders.set(folder, place);
    }
    places.push(place);
    names.push(path.slice(slash + 1));
  }
  const folderBytes = Buffer.from([...folders.keys()].join('\0'));
  const nameBytes = Buffer.from(names.join('\0'));
  const layout = layoutOf(kept.length, folderBytes.length, nameBytes.length);
  const buffer = new ArrayBuffer(layout.end);
  new Uint32Array(buffer, 0, 4).set([kept.length, folders.size, folderBytes.length, nameBytes.length]);
  const numbers = new Float64Array(buffer, HEAD, kept.length * NUMBERS);
  new Uint32Array(buffer, layout.places, kept.length).set(places);
  const bytes = Buffer.from(buffer);
  kept.forEach(([, { mtimeMs, ctimeMs, size, ino, at, kind, digest }], index) => {
    numbers.set([mtimeMs, ctimeMs, size, ino, at], index * NUMBERS);
    bytes[layout.kinds + index] = kind === 'file' ? 1 : 2;
    bytes.write(digest, layout.digests + index * DIGEST, 'latin1');
  });
  bytes.set(folderBytes, layout.folders);
  bytes.set(nameBytes, layout.names);
  return new Uint8Array(buffer);
}

/** Records of a block, read where they are. */
export class Block {
  readonly count: number;
  readonly #numbers: Float64Array;
  readonly #places: Uint32Array;
  readonly #kinds: Uint8Array;
  readonly #digests: string;
  readonly #folders: readonly string[];
  readonly #names: readonly string[];

  /** Throws a RangeError when the bytes at this place, a multiple of 8, are no block. */
  constructor(buffer: ArrayBufferLike, offset: number, length: number) {
    const [count = 0, folders = 0, folderBytes = 0, nameBytes = 0] = new Uint32Array(buffer, offset, 4);
    const layout = layoutOf(count, folderBytes, nameBytes);
    if (layout.end !== length) throw new RangeError('a block has another length than its parts');
    const bytes = Buffer.from(buffer, offset, length);
    this.count = count;
    this.#numbers = new Float64Array(buffer, offset + HEAD, count * NUMBERS);
    this.#places = new Uint32Array(buffer, offset + layout.places, count);
    this.#kinds = new Uint8Array(buffer, offset + layout.kinds, count);
    this.#digests = bytes.toString('latin1', layout.digests, layout.folders);
    this.#folders = bytes.toString('utf8', layout.folders, layout.names).split('\0');
    this.#names =
      count === 0 ? [] : bytes.toString('utf8', layout.names, layout.names + nameBytes).split('\0');
    if (this.#names.length !== count || (count > 0 && this.#folders.length !== folders)) {
      throw new RangeError('a block has another number of names than of records');
    }
  }

  path(index: number): FileId {
    const folder = this.#folders[this.#places[index] ?? -1];
    if (folder === undefined) throw new RangeError('a record is in no folder');
    const name = this.#names[index] as string;
    return folder === '' ? name : `${folder}/${name}`;
  }

  known(index: number): Known {
    const from = index * NUMBERS;
    const numbers = this.#numbers;
    return {
      kind: this.#kinds[index] === 1 ? 'file' : 'folder',
      mtimeMs: numbers[from] as number,
      ctimeMs: numbers[from + 1] as number,
      size: numbers[from + 2] as number,
      ino: numbers[from + 3] as number,
      at: numbers[from + 4] as number,
      digest: this.#digests.slice(index * DIGEST, (index + 1) * DIGEST),
    };
  }
}

/** Where the parts of a block are, bytes from its beginning. */
function layoutOf(count: number, folderBytes: number, nameBytes: number) {
  const places = HEAD + count * NUMBERS * 8;
  const kinds = places + count * 4;
  const digests = kinds + count;
  const folders = digests + count * DIGEST;
  const names = folders + folderBytes;
  const end = Math.ceil((names + nameBytes) / ALIGNMENT) * ALIGNMENT;
  return { places, kinds, digests, folders, names, end };
}
