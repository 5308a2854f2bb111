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

/** The values of a database. */
export class Values {
  readonly #keyv: Keyv;

  constructor(database: FileDatabase) {
    this.#keyv = openKeyv(database, VALUES);
  }

  /** In the order asked for; undefined for one that is gone, or another than its head means. */
  async read(wanted: readonly Wanted[]): Promise<readonly (Uint8Array | undefined)[]> {
    const parts = split(wanted, ({ variant }) => variant.bytes, MOST_READ);
    const slices = new Slices();
    const values: (Uint8Array | undefined)[] = [];
    for (const part of parts) {
      const stored = await this.#keyv.getMany<Uint8Array>(
        part.map(({ key, variant }) => valueKey(key, variant.id)),
      );
      for (const [i, { variant }] of part.entries()) {
        const bytes = stored[i];
        values.push(bytes !== undefined && crc32(bytes) === variant.sum ? bytes : undefined);
        if (slices.due) await slices.pause();
      }
    }
    return values;
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
