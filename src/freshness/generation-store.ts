import * as z from 'zod';
import { decode, encode } from '../cache/codec.ts';
import type { FileDatabase } from '../cache/stores/store.ts';
import type { Bump, Generations } from './generations.ts';

const NAMESPACE = 'g';

const bumpSchema = z.object({ name: z.string(), at: z.number().int().nonnegative(), cause: z.string() });

/** Keeps invalidations beside the entries: one record a name, so that two processes do not undo each other's. */
export class GenerationStore {
  readonly #database: FileDatabase;

  constructor(database: FileDatabase) {
    this.#database = database;
  }

  /** Must end before the file level is read. Rejects when the store, or a record in it, cannot be read. */
  async load(generations: Generations): Promise<void> {
    const bumps: Bump[] = [];
    const records: Uint8Array[] = [];
    await this.#database.each(NAMESPACE, (rows) => {
      for (const [, bytes] of rows) records.push(bytes);
    });
    for (const bytes of records) bumps.push(bumpSchema.parse(decode(bytes)));
    generations.load(bumps);
  }

  async save(bump: Bump): Promise<void> {
    await this.#database.commit([{ namespace: NAMESPACE, key: bump.name, value: await encode(bump) }]);
  }
}
