import type { Draft, RequestOptions } from './asking.ts';
import { encode } from './codec.ts';
import { Entry, FIXED, VACANT } from './entry.ts';
import type { Fence } from './fences.ts';
import { NO_INPUTS } from './guard.ts';
import type { Variant } from './head.ts';
import { namespaceOf } from './key.ts';
import type { LowerLevel, Put } from './lower-level.ts';
import { onLevel } from './namespace.ts';
import type { Policy } from './policy/policy.ts';
import { UncheckedError } from './sensitive/unchecked-error.ts';
import { estimateBytes } from './size.ts';
import type { CacheState } from './state.ts';
import { type Unwritten, WriteBack } from './write-back.ts';

/** Finds secrets in a value. Rejects when it cannot tell. */
export interface Sanitiser {
  sanitise(value: unknown): Promise<{ readonly value: unknown; readonly found: readonly unknown[] }>;
}

export interface StoringOptions {
  /** Without one, values of sensitive namespaces never leave memory. */
  readonly sanitiser?: Sanitiser;
  /** How long a value of a write-back namespace may be in memory only, ms. */
  readonly writeBackMs?: () => number;
}

/** A value to be kept. */
export interface Item<S> {
  readonly key: string;
  readonly draft: Draft<S>;
  readonly costMs: number;
  readonly policy: Policy;
  readonly request: RequestOptions;
  /** Broken when a later set, delete or invalidation came in between: then nothing is kept. */
  readonly fence: Fence;
  /** See `Missed.sharedAt`. */
  readonly sharedAt: number | undefined;
  /** Set from outside rather than computed: nothing older of the key may be served, whatever its inputs. */
  readonly outside: boolean;
}

const WRITE_BACK_MS = 1000;
const NO_LEVELS: readonly [] = [];

/** Puts values on the levels that their policies name: in memory at once, below it through, back or around. */
export class Storing<S> {
  readonly writeBack: WriteBack<S>;
  readonly #state: CacheState<S>;
  readonly #lower: readonly LowerLevel<S>[];
  readonly #sanitiser: Sanitiser | undefined;

  constructor(state: CacheState<S>, lower: readonly LowerLevel<S>[], options: StoringOptions) {
    this.#state = state;
    this.#lower = lower;
    this.#sanitiser = options.sanitiser;
    this.writeBack = new WriteBack<S>({
      catalog: state.catalog,
      intervalMs: options.writeBackMs ?? (() => WRITE_BACK_MS),
      now: state.now,
      expired: (entry) => state.expired(entry) !== undefined,
      write: (items, outdated) => this.#writeLate(items, outdated),
    });
  }

  /** Whether any level below memory has to hear of a value under this policy. */
  reachesBelow({ levels }: Policy, request: RequestOptions): boolean {
    if (this.#lower.length === 0) return false;
    return request.levels !== undefined || this.#lower.some(({ name }) => levels.includes(name));
  }

  /** A value from outside that no level below memory hears of. */
  keepHere(
    key: string,
    value: unknown,
    stamp: S,
    costMs: number,
    policy: Policy,
    request: RequestOptions,
  ): void {
    if (this.#state.closed) return;
    const draft = { value, stamp };
    this.#state.catalog.admit(this.#entry({ key, draft, policy, request, costMs }, NO_LEVELS, undefined));
  }

  /** Settles when the values are served; `written` does when the levels below have those that are written through. */
  async keep(
    items: readonly Item<S>[],
  ): Promise<{ readonly kept: number; readonly written: Promise<unknown> }> {
    const targets = items.map(({ policy, request }) =>
      this.#lower.filter(({ name }) => onLevel(policy, name, request.levels)),
    );
    const wanted = items.map(({ policy }, i) => policy.write !== 'back' && (targets[i]?.length ?? 0) > 0);
    const encoded = wanted.includes(true)
      ? await Promise.all(
          items.map(({ key, draft, policy }, i) =>
            wanted[i] ? this.#encode(key, draft.value, policy.sensitivity) : undefined,
          ),
        )
      : [];
    const work = new Work<S>();
    let kept = 0;
    for (const [i, item] of items.entries()) {
      if (item.fence.broken || this.#state.closed) continue;
      this.#keep(item, targets[i] ?? [], encoded[i], work);
      kept++;
    }
    return { kept, written: work.start() };
  }

  /**
   * Keeps a value if the level's newest of its key still is the one given. False when it is not any
   * more; undefined when it cannot be told: the value may not be written there, or the level fails.
   */
  async swap(item: Item<S>, level: LowerLevel<S>, newest: Variant | undefined): Promise<boolean | undefined> {
    const { key, draft, policy, request, sharedAt, outside, fence } = item;
    const encoded = await this.#encode(key, draft.value, policy.sensitivity);
    if (!encoded) return undefined;
    const { catalog, guard } = this.#state;
    const targets = this.#lower.filter(({ name }) => onLevel(policy, name, request.levels));
    const entry = this.#entry(item, targets, encoded);
    const put = { entry, id: guard.variant(draft.stamp), encoded, sharedAt, outside };
    const swapped = await level.swap(newest, put);
    if (!swapped || fence.broken || this.#state.closed) return swapped;
    catalog.admit(entry);
    const work = new Work<S>();
    for (const other of this.#lower) {
      if (other === level) continue;
      if (targets.includes(other)) work.put(other, put);
      else if (policy.levels.includes(other.name)) work.remove(other, key);
    }
    await work.start();
    return true;
  }

  #keep(
    item: Item<S>,
    targets: readonly LowerLevel<S>[],
    encoded: Uint8Array | undefined,
    work: Work<S>,
  ): void {
    const { key, draft, policy, sharedAt, outside } = item;
    const { value, stamp } = draft;
    const back = policy.write === 'back' && targets.length > 0;
    const written = back || encoded ? targets : [];
    const entry = this.#entry(item, written, encoded);
    const id = this.#lower.length > 0 ? this.#state.guard.variant(stamp) : NO_INPUTS;
    const replaces = outside || id === NO_INPUTS || (targets.length > 0 && written.length === 0);
    if (back) {
      const levels = targets.map(({ name }) => name);
      const { sensitivity } = policy;
      const since = entry.createdAt;
      this.writeBack.add({ entry, value, levels, sensitivity, sharedAt, outside, replaces, since });
    } else if (encoded) {
      for (const level of targets) work.put(level, { entry, id, encoded, sharedAt, outside });
    }
    this.#state.catalog.admit(entry);
    for (const level of this.#lower) {
      // It may hold an older value of the key.
      if (replaces && !written.includes(level) && policy.levels.includes(level.name)) work.remove(level, key);
    }
  }

  #entry(
    { key, draft, policy, request, costMs }: Pick<Item<S>, 'key' | 'draft' | 'policy' | 'request' | 'costMs'>,
    written: readonly LowerLevel<S>[],
    encoded: Uint8Array | undefined,
  ): Entry<S> {
    const { namespaces, now } = this.#state;
    const inMemory = onLevel(policy, 'memory', request.levels) && (policy.write !== 'around' || !encoded);
    const createdAt = now();
    const ttlMs = request.ttlMs ?? policy.ttlMs;
    let on = request.ttlMs === undefined ? 0 : FIXED;
    for (const { bit } of written) on |= bit;
    return new Entry<S>({
      key,
      namespace: namespaces.of(key),
      stamp: draft.stamp,
      bytes: encoded?.length ?? estimateBytes(draft.value),
      costMs,
      createdAt,
      expiresAt: ttlMs > 0 ? createdAt + ttlMs : 0,
      value: inMemory ? draft.value : VACANT,
      on,
    });
  }

  async #writeLate(items: readonly Unwritten<S>[], outdated: readonly Unwritten<S>[]): Promise<void> {
    const encoded = await Promise.all(
      items.map(({ entry, value, sensitivity }) => this.#encode(entry.key, value, sensitivity)),
    );
    const { catalog, guard } = this.#state;
    const work = new Work<S>();
    for (const { entry, levels } of outdated) {
      const listed = catalog.get(entry.key);
      if (listed && listed !== entry) continue; // stored again meanwhile
      for (const level of this.#lower) if (levels.includes(level.name)) work.remove(level, entry.key);
    }
    for (const [i, { entry, levels, sharedAt, outside }] of items.entries()) {
      if (!catalog.holds(entry)) continue;
      const bytes = encoded[i];
      const id = guard.variant(entry.stamp);
      for (const level of this.#lower) {
        if (!levels.includes(level.name) || (entry.on & level.bit) === 0) continue;
        if (bytes) {
          work.put(level, { entry, id, encoded: bytes, sharedAt, outside });
        } else {
          entry.on &= ~level.bit;
          work.remove(level, entry.key);
        }
      }
      if (!bytes && !entry.inMemory)
        catalog.drop(entry, { reason: 'failed', detail: 'it could not be written' });
    }
    await work.start();
  }

  /** Undefined when the value may not, or cannot, leave memory. */
  async #encode(
    key: string,
    value: unknown,
    sensitivity: Policy['sensitivity'],
  ): Promise<Uint8Array | undefined> {
    let kept = value;
    if (sensitivity !== 'none') {
      const checked = await this.#check(key, value);
      if (!checked || (checked.found && sensitivity === 'refuse')) return undefined;
      kept = checked.value;
    }
    try {
      return await encode(kept);
    } catch (error) {
      this.#state.observer.problem('codec', error as Error);
      return undefined;
    }
  }

  /** Undefined when it cannot be told whether there are secrets, or the key is one: a record carries its key. */
  async #check(
    key: string,
    value: unknown,
  ): Promise<{ readonly value: unknown; readonly found: boolean } | undefined> {
    try {
      const pair = await this.#sanitiser?.sanitise([key, value]);
      if (!pair) return undefined;
      const [cleanKey, cleanValue] = pair.value as [string, unknown];
      if (cleanKey === key) return { value: cleanValue, found: pair.found.length > 0 };
      throw new Error(`A key of ${namespaceOf(key)} holds a secret: use one that is a hash.`);
    } catch (error) {
      // What the sanitiser could not check, it has told itself.
      if (!(error instanceof UncheckedError)) this.#state.observer.problem('sensitive', error as Error);
      return undefined;
    }
  }
}

/** What one store asks of the levels below, so that each gets it in one batch. */
class Work<S> {
  readonly #puts = new Map<LowerLevel<S>, Put<S>[]>();
  readonly #removals = new Map<LowerLevel<S>, string[]>();

  put(level: LowerLevel<S>, put: Put<S>): void {
    const puts = this.#puts.get(level);
    if (puts) puts.push(put);
    else this.#puts.set(level, [put]);
  }

  remove(level: LowerLevel<S>, key: string): void {
    const keys = this.#removals.get(level);
    if (keys) keys.push(key);
    else this.#removals.set(level, [key]);
  }

  /** Reads that begin from now on see it. */
  start(): Promise<unknown> {
    return Promise.all([
      ...[...this.#puts].map(([level, puts]) => level.write(puts)),
      ...[...this.#removals].map(([level, keys]) => level.remove(keys)),
    ]);
  }
}
