import type { Keyv } from 'keyv';
import * as z from 'zod';
import { decode, encode } from '../cache/codec.ts';
import { openKeyv } from '../cache/stores/keyv.ts';
import { type FileDatabase, StoreError } from '../cache/stores/store.ts';
import { type Bump, type Generations, withBump, withoutBump } from './generations.ts';

const NAMESPACE = 'g';

/** How often a record that other processes keep changing is read again. */
const MOST_ATTEMPTS = 30;

const place = z.number().int().nonnegative();

const recordSchema = z.object({
  name: z.string(),
  /** Those that were not undone, ascending. */
  standing: z.array(z.object({ at: place, cause: z.string() })),
  /** The last place, undone or not: none up to it may be given out again. */
  last: place,
});

type Stored = z.infer<typeof recordSchema>;

/** Keeps invalidations beside the entries: one record a name, so that two processes do not undo each other's. */
export class GenerationStore {
  readonly #database: FileDatabase;
  readonly #keyv: Keyv;

  constructor(database: FileDatabase) {
    this.#database = database;
    this.#keyv = openKeyv(database, NAMESPACE);
  }

  /** Must end before the file level is read. Rejects when the store, or a record in it, cannot be read. */
  async load(generations: Generations): Promise<void> {
    const records: Uint8Array[] = [];
    await this.#database.each(NAMESPACE, (rows) => {
      for (const [, bytes] of rows) records.push(bytes);
    });
    for (const { name, standing, last } of records.map(read)) {
      generations.load(standing.map((bump) => ({ ...bump, name })));
      generations.advance(last);
    }
  }

  /** Rejects when the store fails. */
  save({ name, at, cause }: Bump): Promise<void> {
    // Under one that cannot be read stands one that cannot be taken back.
    const unreadable = { name, standing: [{ at: at - 1, cause }], last: at };
    return this.#change(
      name,
      ({ standing, last }) => ({
        name,
        standing: withBump(standing, { at, cause }),
        last: Math.max(last, at),
      }),
      unreadable,
    );
  }

  /** The name is where it was before, unless another one came after it. Rejects when the store fails, or the record cannot be read. */
  revoke(name: string, at: number): Promise<void> {
    return this.#change(name, ({ standing, last }) => {
      return { name, standing: withoutBump(standing, at), last: Math.max(last, at) };
    });
  }

  async #change(name: string, change: (known: Stored) => Stored, unreadable?: Stored): Promise<void> {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const value = await this.#keyv.get<Uint8Array>(name);
      const known = value ? readOr(value, unreadable) : { name, standing: [], last: 0 };
      const onlyIf = { namespace: NAMESPACE, key: name, value };
      const write = { namespace: NAMESPACE, key: name, value: await encode(change(known)), onlyIf };
      if ((await this.#database.commit([write])).length === 0) return;
    }
    throw new StoreError('failed', `Other processes keep changing the record of ${name}.`);
  }
}

function readOr(bytes: Uint8Array, otherwise: Stored | undefined): Stored {
  try {
    return read(bytes);
  } catch (error) {
    if (otherwise) return otherwise;
    throw error;
  }
}

/** Throws CodecError or ZodError for what is not a record of this version. */
function read(bytes: Uint8Array): Stored {
  return recordSchema.parse(decode(bytes));
}
