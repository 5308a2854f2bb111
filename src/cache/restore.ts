import { decode } from './codec.ts';
import { Entry, VACANT } from './entry.ts';
import type { FileLevel } from './file-level.ts';
import { type Guard, type Miss, type Observer, UNSURE } from './guard.ts';
import type { Variant } from './head.ts';
import { namespaceOf } from './key.ts';
import type { Namespace, Namespaces } from './namespace.ts';
import { Slices } from './slices.ts';

/** A fresh entry and its value, which may have left memory again by the time it is used. */
export interface Found<S> {
  readonly entry: Entry<S>;
  readonly value: unknown;
  readonly from: 'memory' | 'file';
}

/** How often a key is looked up again because it was stored anew between its head and its value. */
const MOST_LOOKUPS = 3;

/** Brings entries back from the file level: the first variant whose stamp holds. */
export class Restore<S> {
  readonly #file: FileLevel;
  readonly #guard: Guard<S>;
  readonly #observer: Observer<S>;
  readonly #now: () => number;

  constructor(file: FileLevel, guard: Guard<S>, observer: Observer<S>, now: () => number) {
    this.#file = file;
    this.#guard = guard;
    this.#observer = observer;
    this.#now = now;
  }

  /** `miss` is the reason so far; a stored variant that does not hold gives a better one. */
  async find(
    key: string,
    namespace: Namespace,
    miss: Miss,
    lookups = 1,
  ): Promise<Found<S> | { readonly miss: Miss }> {
    let reason = miss;
    for (const variant of await this.#file.variants(key)) {
      const stamp = await this.#holding(variant);
      if ('miss' in stamp) {
        if (reason.reason === 'never-cached') reason = stamp.miss;
        continue;
      }
      const bytes = await this.#file.value(key, variant);
      if (bytes === undefined) {
        const now = await this.#file.variants(key);
        if (!now.some(({ id, sum }) => id === variant.id && sum === variant.sum)) {
          if (lookups < MOST_LOOKUPS) return this.find(key, namespace, miss, lookups + 1);
          continue;
        }
        this.#observer.problem(
          'file',
          new Error(`The value of ${key} is missing or does not match its head.`),
        );
        continue;
      }
      try {
        const value = decode(bytes);
        return { entry: restored(key, namespace, variant, stamp.stamp, value), value, from: 'file' };
      } catch (error) {
        this.#observer.problem('file', error as Error);
      }
    }
    return { miss: reason };
  }

  /** Calls back with every stored key: with its entry, the value left in the file, if a variant holds now. */
  async each(
    namespaces: Namespaces,
    found: (key: string, entry: Entry<S> | undefined) => void,
  ): Promise<void> {
    const slices = new Slices();
    await this.#file.each(async (key, variants) => {
      found(key, await this.#first(namespaces, key, variants));
      if (slices.due) await slices.pause();
    });
  }

  async #first(
    namespaces: Namespaces,
    key: string,
    variants: readonly Variant[],
  ): Promise<Entry<S> | undefined> {
    for (const variant of variants) {
      const stamp = await this.#holding(variant);
      if ('stamp' in stamp)
        return restored(key, namespaces.get(namespaceOf(key)), variant, stamp.stamp, VACANT);
    }
    return undefined;
  }

  async #holding(variant: Variant): Promise<{ readonly stamp: S } | { readonly miss: Miss }> {
    if (variant.expiresAt !== 0 && variant.expiresAt <= this.#now()) return { miss: { reason: 'expired' } };
    const stamp = this.#guard.revive(variant.stamp);
    if (stamp === undefined) return { miss: { reason: 'failed', detail: 'unreadable record' } };
    const verdict = this.#guard.check(stamp);
    const miss = verdict === UNSURE ? await this.#guard.verify(stamp) : verdict;
    return miss === undefined ? { stamp } : { miss };
  }
}

function restored<S>(
  key: string,
  namespace: Namespace,
  variant: Variant,
  stamp: S,
  value: unknown,
): Entry<S> {
  return new Entry<S>({
    key,
    namespace,
    stamp,
    bytes: variant.bytes,
    cost: { ms: variant.costMs },
    createdAt: variant.createdAt,
    expiresAt: variant.expiresAt,
    value,
    variant: variant.id,
  });
}
