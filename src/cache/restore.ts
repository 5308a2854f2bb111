import { decode } from './codec.ts';
import { Entry, FIXED, VACANT } from './entry.ts';
import { type Guard, type Miss, NEVER_CACHED, type Observer, UNSURE } from './guard.ts';
import type { Variant } from './head.ts';
import type { Ask, Found, Missed } from './lower-level.ts';
import type { Namespaces } from './namespace.ts';
import { Slices } from './slices.ts';
import { expiredAt } from './state.ts';

/** Where stored variants come from. */
interface VariantSource {
  /** Of each key, newest first; empty when the key is not stored. */
  variantsMany(keys: readonly string[]): Promise<readonly (readonly Variant[])[]>;
  /** The encoded values; undefined for one that is gone, or another than its variant means. */
  values(
    wanted: readonly { readonly key: string; readonly variant: Variant }[],
  ): Promise<readonly (Uint8Array | undefined)[]>;
}

export interface RestoreOptions<S> {
  readonly level: 'file' | 'shared';
  /** See {@link Entry.on}. */
  readonly bit: number;
  readonly source: VariantSource;
  readonly guard: Guard<S>;
  readonly observer: Observer<S>;
  readonly namespaces: Namespaces;
  readonly now: () => number;
}

/** How often a key is looked up again because it was stored anew between its head and its value. */
const MOST_LOOKUPS = 3;

/** Brings entries back from a level below memory: of each key the first variant whose stamp holds. */
export class Restore<S> {
  readonly #options: RestoreOptions<S>;

  constructor(options: RestoreOptions<S>) {
    this.#options = options;
  }

  /** `moment` is given for stamps from other machines, see {@link Guard.revive}. Rejects when the source does. */
  async find(
    asks: readonly Ask[],
    stored: readonly (readonly Variant[])[],
    moment?: number,
  ): Promise<(Found<S> | Missed)[]> {
    const chosen: (Chosen<S> | Missed)[] = [];
    const slices = new Slices();
    for (const [i, ask] of asks.entries()) {
      chosen.push(await this.#choose(ask, stored[i] ?? [], moment));
      if (slices.due) await slices.pause();
    }
    const wanted = chosen.filter((choice) => 'variant' in choice);
    const values = wanted.length > 0 ? await this.#options.source.values(wanted) : [];
    const found: (Found<S> | Missed)[] = [];
    let next = 0;
    for (const [i, ask] of asks.entries()) {
      const choice = chosen[i] as Chosen<S> | Missed;
      if ('miss' in choice) found.push(choice);
      else found.push(this.#open(choice, values[next++]) ?? (await this.#findOne(ask, moment)));
      if (slices.due) await slices.pause();
    }
    return found;
  }

  /** The entry of the first variant that holds now, its value left where it is. */
  async listed(key: string, variants: readonly Variant[]): Promise<Entry<S> | undefined> {
    const choice = await this.#choose({ key, miss: NEVER_CACHED }, variants, undefined);
    return 'miss' in choice ? undefined : this.#entry(choice, VACANT);
  }

  /** One key with patience: a variant whose value cannot be had is told and passed over. */
  async #findOne(ask: Ask, moment: number | undefined, lookups = 1): Promise<Found<S> | Missed> {
    const { source, level, observer } = this.#options;
    const { key } = ask;
    let { miss } = ask;
    let variants = (await source.variantsMany([key]))[0] ?? [];
    for (;;) {
      const choice = await this.#choose({ key, miss }, variants, moment);
      if ('miss' in choice) return choice;
      const { variant } = choice;
      const [bytes] = await source.values([choice]);
      const found = this.#open(choice, bytes);
      if (found) return found;
      if (bytes === undefined) {
        const now = (await source.variantsMany([key]))[0] ?? [];
        const same = now.some(({ id, sum }) => id === variant.id && sum === variant.sum);
        if (!same && lookups < MOST_LOOKUPS) return this.#findOne(ask, moment, lookups + 1);
        if (same)
          observer.problem(level, new Error(`The value of ${key} is missing or does not match its head.`));
      }
      if (miss.reason === 'never-cached')
        miss = { reason: 'failed', detail: `${level} level: unreadable value` };
      variants = variants.slice(variants.indexOf(variant) + 1);
    }
  }

  /** The first variant that holds; else the reason so far, or a better one from what does not hold. */
  async #choose(
    { key, miss, signal }: Ask,
    variants: readonly Variant[],
    moment: number | undefined,
  ): Promise<Chosen<S> | Missed> {
    let reason = miss;
    const judge = this.#judge(key, signal);
    for (const variant of variants) {
      const holding = await this.#holding(variant, moment, judge);
      if ('stamp' in holding) return { key, variant, stamp: holding.stamp };
      if (reason.reason === 'never-cached') reason = holding.miss;
    }
    return { miss: reason };
  }

  async #holding(
    variant: Variant,
    moment: number | undefined,
    judge: (stamp: S) => Promise<Miss | undefined>,
  ): Promise<{ readonly stamp: S } | { readonly miss: Miss }> {
    const { guard, now } = this.#options;
    if (variant.expiresAt !== 0 && variant.expiresAt <= now()) {
      return { miss: expiredAt(variant.expiresAt) };
    }
    const stamp = guard.revive(variant.stamp, moment);
    if (stamp === undefined) return { miss: FOREIGN };
    const miss = await judge(stamp);
    return miss === undefined ? { stamp } : { miss };
  }

  /** For the variants of one key: where one could not be judged at once, the others are not tried so either. */
  #judge(key: string, signal: AbortSignal | undefined): (stamp: S) => Promise<Miss | undefined> {
    const { guard } = this.#options;
    let verify: ((stamp: S) => Promise<Miss | undefined>) | undefined;
    return async (stamp) => {
      const verdict = verify ? UNSURE : guard.check(stamp);
      if (verdict !== UNSURE) return verdict;
      verify ??= guard.verifier(key, signal);
      return verify(stamp);
    };
  }

  /** Undefined when there is nothing to decode, or it cannot be, which is told. */
  #open(choice: Chosen<S>, bytes: Uint8Array | undefined): Found<S> | undefined {
    if (bytes === undefined) return undefined;
    const { level, observer } = this.#options;
    try {
      const value = decode(bytes);
      return { entry: this.#entry(choice, value), value, from: level, encoded: bytes };
    } catch (error) {
      observer.problem(level, error as Error);
      return undefined;
    }
  }

  #entry({ key, variant, stamp }: Chosen<S>, value: unknown): Entry<S> {
    const { bit, namespaces } = this.#options;
    const { bytes, costMs, createdAt, expiresAt } = variant;
    const namespace = namespaces.of(key);
    const fixed = expiresAt !== 0 && expiresAt - createdAt !== namespace.policy.ttlMs;
    const on = fixed ? bit | FIXED : bit;
    return new Entry<S>({ key, namespace, stamp, bytes, costMs, createdAt, expiresAt, value, on });
  }
}

/** What is stored under the key was written by another version of the program. */
export const FOREIGN: Miss = { reason: 'version', detail: 'its record is of another version' };

interface Chosen<S> {
  readonly key: string;
  readonly variant: Variant;
  readonly stamp: S;
}
