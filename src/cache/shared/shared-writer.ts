import { crc32 } from 'node:zlib';
import { NO_INPUTS } from '../guard.ts';
import { USUAL_VARIANTS, type Variant } from '../head.ts';
import type { GenerationSync } from './generation-sync.ts';
import type { SharedCounts, SharedPut } from './shared-put.ts';
import { decodeRecord, encodeRecord, type SharedRecord, type SharedVariant } from './shared-record.ts';
import { type SharedStore, SharedStoreError, type SharedWrite } from './shared-store.ts';
import { isShareable } from './untrusted.ts';

/** How often a record is read and changed again because others changed it in between. */
const MOST_ATTEMPTS = 4;

type Some = [SharedPut, ...SharedPut[]];

interface Change {
  readonly write: SharedWrite;
  /** Values of older variants, which now need records of their own. */
  readonly aside: readonly SharedWrite[];
}

type Skipped = 'outdated' | 'oversized' | 'unshareable';

function isSkipped(change: Change | Skipped): change is Skipped {
  return typeof change === 'string';
}

/** Changes records, each in one step that fails when another instance has changed it meanwhile. */
export class SharedWriter {
  readonly #store: SharedStore;
  readonly #sync: GenerationSync;
  readonly #counts: SharedCounts;
  readonly #ttlMs: number;
  readonly #now: () => number;

  constructor(
    store: SharedStore,
    sync: GenerationSync,
    counts: SharedCounts,
    options: { readonly ttlMs: number; readonly now: () => number },
  ) {
    this.#store = store;
    this.#sync = sync;
    this.#counts = counts;
    this.#ttlMs = options.ttlMs;
    this.#now = options.now;
  }

  /** The store's key of a key's record, and of the value of a variant that is not its newest. */
  static recordOf(key: string): string {
    return `r\0${key}`;
  }

  static valueOf(key: string, id: string): string {
    return `v\0${key}\0${id}`;
  }

  isLive(key: string, variant: SharedVariant, now: number): boolean {
    return (variant.expiresAt === 0 || variant.expiresAt > now) && this.#sync.holds(key, variant);
  }

  /** Resolves to the keys whose records have them now; the others are counted. */
  async put(puts: readonly SharedPut[]): Promise<ReadonlySet<string>> {
    const stored = new Set<string>();
    await this.#sync.settle();
    let left = this.#byKey(puts);
    for (let attempt = 0; left.length > 0 && attempt < MOST_ATTEMPTS; attempt++) {
      const { records, position } = await this.#store.read(
        left.map(([{ key }]) => SharedWriter.recordOf(key)),
        true,
      );
      await this.#sync.reach(position);
      const changes = left.map((some, i) => this.#change(some, records[i]));
      await this.#store.write(changes.flatMap((change) => (isSkipped(change) ? [] : change.aside)));
      const done = await Promise.all(
        changes.map((change, i) => isSkipped(change) || this.#store.swap(change.write, records[i])),
      );
      for (const [i, change] of changes.entries()) {
        if (isSkipped(change)) this.#counts[change]++;
        else if (done[i]) stored.add((left[i] as Some)[0].key);
      }
      left = left.filter((_, i) => !done[i]);
    }
    this.#counts.dropped += left.length;
    return stored;
  }

  /** Rejects for a value that the server does not take. */
  async swap(key: string, expected: Variant | undefined, put: SharedPut): Promise<boolean> {
    const { records, position } = await this.#store.read([SharedWriter.recordOf(key)], true);
    await this.#sync.reach(position);
    const [newest] = this.#live(key, this.#decode(key, records[0]));
    if (newest?.id !== expected?.id || newest?.sum !== expected?.sum) return false;
    const change = isShareable(put.bytes) ? this.#change([put], records[0]) : 'unshareable';
    if (change === 'outdated') return false;
    if (isSkipped(change))
      throw new SharedStoreError('refused', `The value of ${key} cannot be shared: it is ${change}.`);
    await this.#store.write(change.aside);
    return this.#store.swap(change.write, records[0]);
  }

  /** Those that can be shared, each key's in their order. */
  #byKey(puts: readonly SharedPut[]): Some[] {
    const byKey = new Map<string, Some>();
    for (const put of puts) {
      const some = byKey.get(put.key);
      if (!isShareable(put.bytes)) this.#counts.unshareable++;
      else if (some) some.push(put);
      else byKey.set(put.key, [put]);
    }
    return [...byKey.values()];
  }

  /** What to write for these of one key, in the place of what is there. */
  #change(puts: Some, bytes: Uint8Array | undefined): Change | Skipped {
    const { key } = puts[0];
    const before = this.#decode(key, bytes);
    /** Values that do not have a record of their own yet. */
    const values = new Map<SharedVariant, Uint8Array>();
    const [first] = before?.variants ?? [];
    if (before && first && crc32(before.newest) === first.sum) values.set(first, before.newest);
    let variants = this.#live(key, before).filter((variant) => variant !== first || values.has(first));
    for (const put of puts) {
      const variant = this.#variant(put);
      if (!this.#sync.isOfThisLine(put.started) || !this.isLive(key, variant, this.#now())) continue;
      values.set(variant, put.bytes);
      const { id } = variant;
      const kept = variants.filter((other) => id !== NO_INPUTS && other.id !== NO_INPUTS && other.id !== id);
      variants = [variant, ...kept.slice(0, (put.most ?? USUAL_VARIANTS) - 1)];
    }
    const [newest, ...older] = variants;
    const value = newest && values.get(newest);
    if (!newest || !value || newest === first) return 'outdated';
    const ttlMs = this.#lifetime(variants);
    const encoded =
      encodeRecord(key, { variants, newest: value }) ??
      encodeRecord(key, { variants: [newest], newest: value });
    if (!encoded || encoded.length > this.#store.largest) return 'oversized';
    const aside = older.flatMap((variant): SharedWrite[] => {
      const old = values.get(variant);
      return old ? [{ key: SharedWriter.valueOf(key, variant.id), value: old, ttlMs }] : [];
    });
    return { write: { key: SharedWriter.recordOf(key), value: encoded, ttlMs }, aside };
  }

  #variant({ variant, bytes, names, started }: SharedPut): SharedVariant {
    const { line } = this.#sync.known;
    return { ...variant, bytes: bytes.length, sum: crc32(bytes), names, started, line };
  }

  #live(key: string, record: SharedRecord | undefined): readonly SharedVariant[] {
    const now = this.#now();
    return record?.variants.filter((variant) => this.isLive(key, variant, now)) ?? [];
  }

  /** What cannot be read is written over; readers have reported it. */
  #decode(key: string, bytes: Uint8Array | undefined): SharedRecord | undefined {
    try {
      return bytes && decodeRecord(key, bytes);
    } catch {
      return undefined;
    }
  }

  /** As long as the longest of them, and no longer than records may. */
  #lifetime(variants: readonly SharedVariant[]): number {
    const now = this.#now();
    const left = variants.map(({ expiresAt }) => (expiresAt === 0 ? this.#ttlMs : expiresAt - now));
    return Math.max(1, Math.min(this.#ttlMs, Math.max(...left)));
  }
}
