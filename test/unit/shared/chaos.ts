import type { Announced } from '../../../src/cache/shared/pending-bumps.ts';
import {
  type Bumps,
  type Position,
  type SharedState,
  type SharedStore,
  SharedStoreError,
  type SharedWrite,
} from '../../../src/cache/shared/shared-store.ts';
import type { Random } from '../../support/fuzz/random.ts';

/**
 * A store as the worst network would make it: answers are late and in any order, requests fail
 * before or after they took effect, records come torn or out of date, messages get lost.
 */
export class ChaosStore implements SharedStore {
  readonly kind = 'redis';
  readonly largest: number;
  readonly #store: SharedStore;
  readonly #random: Random;
  readonly #older = new Map<string, Uint8Array | undefined>();
  /** Part of the requests that fail. */
  failing = 0.15;

  constructor(store: SharedStore, random: Random) {
    this.#store = store;
    this.#random = random;
    this.largest = store.largest;
  }

  get state(): SharedState {
    return this.#store.state;
  }

  async read(keys: readonly string[], exact = false) {
    const { records, position } = await this.#ask(() => this.#store.read(keys, exact));
    const harmed = records.map((record, i) => this.#harm(keys[i] as string, record, exact));
    return { records: harmed, position };
  }

  write(writes: readonly SharedWrite[]) {
    return this.#ask(() => this.#store.write(writes));
  }

  remove(keys: readonly string[]) {
    return this.#ask(() => this.#store.remove(keys));
  }

  swap(write: SharedWrite, was: Uint8Array | undefined) {
    return this.#ask(() => this.#store.swap(write, was));
  }

  bump(bumps: readonly Announced[], known: Position) {
    return this.#ask(() => this.#store.bump(bumps, known));
  }

  bumpsSince(known: Position) {
    return this.#ask(() => this.#store.bumpsSince(known));
  }

  onBump(listener: (bumps: Bumps) => void) {
    return this.#store.onBump((bumps) => {
      if (this.#random.chance(0.3)) return; // lost
      void this.#wait().then(() => listener(bumps));
    });
  }

  onState(listener: (state: SharedState) => void) {
    return this.#store.onState(listener);
  }

  close() {
    return this.#store.close();
  }

  async #ask<T>(request: () => Promise<T>): Promise<T> {
    await this.#wait();
    if (this.#random.chance(this.failing / 2)) throw new SharedStoreError('lost', 'No answer.');
    const answer = await request();
    await this.#wait();
    if (this.#random.chance(this.failing / 2)) throw new SharedStoreError('lost', 'The answer was lost.');
    return answer;
  }

  async #wait(): Promise<void> {
    for (let turns = this.#random.below(4); turns > 0; turns--) await new Promise(setImmediate);
  }

  #harm(key: string, record: Uint8Array | undefined, exact: boolean): Uint8Array | undefined {
    const older = this.#older.get(key);
    this.#older.set(key, record);
    if (!exact && this.#random.chance(0.1)) return older; // from a replica that lags
    if (record === undefined || !this.#random.chance(0.1)) return record;
    const torn = Buffer.from(record.subarray(0, this.#random.below(record.length + 1)));
    if (torn.length === record.length) torn[this.#random.below(torn.length)] = this.#random.below(256);
    return torn;
  }
}
