import { crc32 } from 'node:zlib';
import type { Variant } from '../head.ts';
import { GenerationSync } from './generation-sync.ts';
import type { Announced, Undelivered } from './pending-bumps.ts';
import { PutBatches } from './put-batches.ts';
import type { Begun, Matches } from './shared-generations.ts';
import { type SharedCounts, type SharedPut, shortened } from './shared-put.ts';
import { decodeRecord, type SharedVariant } from './shared-record.ts';
import type { Bump, Position, SharedState, SharedStore, Subscription } from './shared-store.ts';
import { SharedWriter } from './shared-writer.ts';
import { isHarmless } from './untrusted.ts';

export type { Undelivered };

export interface SharedLevelOptions {
  /** Milliseconds that a record stays on the server. */
  readonly ttlMs?: number;
  readonly problem: (error: Error) => void;
  /** Whether a key is hit by an invalidation named `pattern …`. */
  readonly matches: Matches;
  readonly undelivered?: Undelivered;
  readonly now?: () => number;
  /** Milliseconds between two looks at whether others have invalidated something that went unheard. */
  readonly pollMs?: number;
}

const DAY = 24 * 3600 * 1000;
/** Keys read in one request: what takes too long would be taken for a server that does not answer. */
const MOST_AT_ONCE = 32;

/**
 * The level that machines share. A record names the inputs of its results by their content, so that
 * what one machine has computed holds on every other; what was invalidated on one is invalid on all.
 * The server is not trusted: what it sends is checked, and absent when it is not what it should be.
 */
export class SharedLevel {
  /** Whether {@link swap} can be asked. */
  readonly swaps = true;
  readonly counts: SharedCounts = { unreadable: 0, oversized: 0, unshareable: 0, outdated: 0, dropped: 0 };
  readonly #store: SharedStore;
  readonly #sync: GenerationSync;
  readonly #writer: SharedWriter;
  readonly #batches: PutBatches<SharedPut>;
  readonly #problem: (error: Error) => void;
  readonly #now: () => number;
  /** What came with the variants that were looked up, for as long as somebody holds them. */
  readonly #found = new WeakMap<
    Variant,
    { readonly begun: Begun; readonly newest: Uint8Array | undefined }
  >();

  constructor(store: SharedStore, options: SharedLevelOptions) {
    const { ttlMs = 7 * DAY, problem, matches, undelivered, now = Date.now, pollMs = 5000 } = options;
    this.#store = store;
    this.#problem = problem;
    this.#now = now;
    this.#sync = new GenerationSync(store, { matches, undelivered, problem, pollMs });
    this.#writer = new SharedWriter(store, this.#sync, this.counts, { ttlMs, now });
    this.#batches = new PutBatches((puts) => this.#writer.put(puts));
  }

  get state(): SharedState {
    return this.#store.state;
  }

  /** Place of the last invalidation that is known here. */
  get sequence(): number {
    return this.#sync.known.place;
  }

  /**
   * Of each key what can be served as far as invalidations and lifetimes go, newest first. One round
   * trip per 32 keys, and one more when others have invalidated something. Rejects with a
   * `SharedStoreError`.
   */
  async lookup(
    keys: readonly string[],
  ): Promise<{ readonly sequence: number; readonly found: readonly (readonly Variant[])[] }> {
    await this.#sync.settle();
    let began: Position | undefined;
    const records: (Uint8Array | undefined)[] = [];
    for (let first = 0; first === 0 || first < keys.length; first += MOST_AT_ONCE) {
      const some = await this.#store.read(keys.slice(first, first + MOST_AT_ONCE).map(SharedWriter.recordOf));
      began ??= some.position;
      records.push(...some.records);
      await this.#sync.reach(some.position);
    }
    // What is begun in a line that is no more counts as begun before everything.
    const sequence = began?.line === this.#sync.known.line ? began.place : 0;
    return { sequence, found: keys.map((key, i) => this.#open(key, records[i])) };
  }

  /** The encoded value; no round trip for the newest variant of its key. Undefined when it is gone. */
  async value(key: string, variant: Variant): Promise<Uint8Array | undefined> {
    const found = this.#found.get(variant);
    if (found && !this.#sync.holds(key, found.begun)) return undefined;
    const bytes =
      found?.newest ?? (await this.#store.read([SharedWriter.valueOf(key, variant.id)])).records[0];
    if (bytes === undefined) return undefined;
    if (bytes.length === variant.bytes && crc32(bytes) === variant.sum && (await isHarmless(bytes)))
      return bytes;
    this.#unreadable(key, 'its value is not the one it should be');
    return undefined;
  }

  /**
   * Resolves to the keys that are stored; what is left out is counted, and what was there before it
   * stays. Rejects with a `SharedStoreError`.
   */
  async put(puts: readonly SharedPut[]): Promise<ReadonlySet<string>> {
    const adding = puts.map((put) => this.#batches.add(shortened(put)));
    this.counts.dropped += adding.filter((added) => added === undefined).length;
    const stored = new Set<string>();
    for (const [i, added] of (await Promise.allSettled(adding)).entries()) {
      if (added.status === 'rejected') throw added.reason;
      if (added.value) stored.add((puts[i] as SharedPut).key);
    }
    return stored;
  }

  /** Puts if the newest variant that can be served is `expected` still, of all instances; else false. */
  async swap(key: string, expected: Variant | undefined, put: SharedPut): Promise<boolean> {
    await this.#sync.settle();
    return this.#writer.swap(key, expected, shortened(put));
  }

  /**
   * Nothing older is served from now on: here at once, elsewhere as soon as the server can be told.
   * Settles when it has been, or when it cannot be reached. Never rejects.
   */
  invalidate(bumps: readonly Announced[]): Promise<void> {
    return this.#sync.invalidate(bumps);
  }

  /** What other instances invalidate. The name `*` also comes when some of it can not be known any more. */
  onInvalidated(listener: (bumps: readonly Bump[]) => void): Subscription {
    return this.#sync.onInvalidated(listener);
  }

  /** Settles when what was put, and what was invalidated, has been stored or cannot be. */
  async flush(): Promise<void> {
    await this.#batches.settled();
    await this.#sync.settle();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#sync.close();
    await this.#store.close();
  }

  #open(key: string, bytes: Uint8Array | undefined): readonly Variant[] {
    if (bytes === undefined) return [];
    try {
      const { variants, newest } = decodeRecord(key, bytes);
      const holding = variants.filter((variant) => this.#writer.isLive(key, variant, this.#now()));
      for (const variant of holding)
        this.#found.set(variant, { begun: variant, newest: variant === variants[0] ? newest : undefined });
      return holding satisfies readonly SharedVariant[];
    } catch (error) {
      this.#unreadable(key, (error as Error).message);
      return [];
    }
  }

  #unreadable(key: string, reason: string): void {
    this.counts.unreadable++;
    this.#problem(new Error(`The shared record of ${key} cannot be used: ${reason}.`));
  }
}
