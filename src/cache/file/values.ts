import { crc32 } from 'node:zlib';
import type { Keyv } from 'keyv';
import type { Variant } from '../head.ts';
import { Slices } from '../slices.ts';
import { openKeyv } from '../stores/keyv.ts';
import type { FileDatabase } from '../stores/store.ts';
import { MOST_KEYS, VALUES, valueKey } from './heads.ts';

/** Bytes read in one request. */
const MOST_READ = 16 << 20;

export interface Wanted {
  readonly key: string;
  readonly variant: Variant;
}

/** Bytes of a value that is read with its head, before anybody asks for it. */
const MOST_AHEAD = 64 * 1024;

/** The values of a database. */
export class Values {
  readonly #database: FileDatabase;
  readonly #keyv: Keyv;
  /** What was read with its head, for whoever asks next. */
  readonly #ahead = new WeakMap<Variant, Uint8Array>();

  constructor(database: FileDatabase) {
    this.#database = database;
    this.#keyv = openKeyv(database, VALUES);
  }

  /**
   * Reads the head of one key, and with the same request small values, where the store can: the
   * threads wake each other once instead of twice, which is most of what a read costs.
   */
  async withHead(key: string, readHead: () => Promise<readonly Variant[]>): Promise<readonly Variant[]> {
    const heading = readHead();
    const start = valueKey(key, '');
    const ahead = this.#database.startingWith?.(VALUES, start, MOST_AHEAD).catch(() => []); // asked again
    const variants = await heading;
    const found = new Map(await ahead);
    for (const variant of variants) {
      const bytes = found.get(start + variant.id);
      if (bytes && crc32(bytes) === variant.sum) this.#ahead.set(variant, bytes);
    }
    return variants;
  }

  /** In the order asked for; undefined for one that is gone, or another than its head means. */
  async read(wanted: readonly Wanted[]): Promise<readonly (Uint8Array | undefined)[]> {
    const values = wanted.map(({ variant }) => this.#take(variant));
    const rest = wanted.flatMap((one, i) => (values[i] ? [] : [{ ...one, i }]));
    const slices = new Slices();
    for (const part of split(rest, ({ variant }) => variant.bytes, MOST_READ)) {
      const stored = await this.#keyv.getMany<Uint8Array>(
        part.map(({ key, variant }) => valueKey(key, variant.id)),
      );
      for (const [at, { variant, i }] of part.entries()) {
        const bytes = stored[at];
        if (bytes !== undefined && crc32(bytes) === variant.sum) values[i] = bytes;
        if (slices.due) await slices.pause();
      }
    }
    return values;
  }

  /** Once: whoever asks again wants to know whether it is still there. */
  #take(variant: Variant): Uint8Array | undefined {
    const bytes = this.#ahead.get(variant);
    this.#ahead.delete(variant);
    return bytes;
  }
}

/** In their order, in parts of a thousand, or `most` bytes; there is no empty part. */
export function split<T>(
  items: readonly T[],
  bytesOf: (item: T) => number = () => 0,
  most = Number.POSITIVE_INFINITY,
): T[][] {
  const parts: T[][] = [];
  let part: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    if (part.length === MOST_KEYS || (part.length > 0 && bytes + size > most)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(item);
    bytes += size;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
