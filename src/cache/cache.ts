import type { ComputeOptions, Draft, Outcome } from './asking.ts';
import { Catalog } from './catalog.ts';
import { encode } from './codec.ts';
import { type Cost, Entry } from './entry.ts';
import { type Fence, Fences } from './fences.ts';
import type { FileLevel } from './file-level.ts';
import { Flight } from './flight.ts';
import { type Guard, type Miss, type Observer, UNSURE } from './guard.ts';
import { namespaceOf } from './key.ts';
import { DEFAULT_MEMORY_LIMITS, type MemoryLevel, type MemoryLimits } from './memory-level.ts';
import { Namespaces } from './namespace.ts';
import type { Found } from './restore.ts';
import { estimateBytes } from './size.ts';
import { TrustedFile } from './trusted-file.ts';

interface Landed<S> {
  readonly value: unknown;
  readonly from: 'memory' | 'file' | 'computed';
  readonly miss?: Miss;
  /** What must hold for another caller to share this result. */
  readonly stamp: S;
  /** The end of its lifetime, if it began before this flight; 0 is never. */
  readonly expiresAt: number;
}

/** How often a computation is repeated when its inputs move while it runs. */
const MOST_ATTEMPTS = 3;

export interface CacheOptions<S> {
  readonly guard: Guard<S>;
  readonly observer: Observer<S>;
  readonly namespaces?: Namespaces;
  readonly memory?: MemoryLimits;
  readonly file?: FileLevel;
  readonly now?: () => number;
}

/**
 * The front door of the multi-level cache: memory, then file, then computing. A value is served
 * only when its stamp holds at the read; what a level cannot do is reported and gone around.
 */
export class Cache<S> {
  readonly namespaces: Namespaces;
  readonly #guard: Guard<S>;
  readonly #observer: Observer<S>;
  readonly #catalog: Catalog<S>;
  readonly #memory: MemoryLevel<S>;
  readonly #file: TrustedFile<S> | undefined;
  readonly #now: () => number;
  readonly #flights = new Map<string, Flight<Landed<S>>>();
  readonly #fences = new Fences();
  /** The time given to `lastHitAt`; moved on by {@link beat}. */
  #beat: number;
  /** Switched off, every read computes and nothing is stored. */
  enabled = true;
  #closed = false;

  constructor(options: CacheOptions<S>) {
    this.#guard = options.guard;
    this.#observer = options.observer;
    this.namespaces = options.namespaces ?? new Namespaces();
    this.#now = options.now ?? Date.now;
    this.#beat = this.#now();
    this.#catalog = new Catalog<S>(options.memory ?? DEFAULT_MEMORY_LIMITS, this.#observer);
    this.#memory = this.#catalog.memory;
    this.#file =
      options.file &&
      new TrustedFile(options.file, this.#catalog, this.#guard, this.#observer, this.namespaces, this.#now);
  }

  /** Moves the clock of `lastHitAt` on; a timer calls it about once a second. */
  beat(): void {
    this.#beat = this.#now();
  }

  /** The value, if memory holds it and a synchronous check can tell that it is fresh. */
  peek<T>(key: string): T | undefined {
    const entry = this.#memory.get(key);
    if (entry === undefined || this.#verdict(entry) !== undefined) return undefined;
    this.#hit(entry);
    return entry.value as T;
  }

  /** The value from the first level that has it fresh, else undefined. */
  get<T>(key: string): Promise<T | undefined> {
    const entry = this.#memory.get(key);
    if (entry === undefined || this.#verdict(entry) !== undefined) return this.#getBelow<T>(key);
    this.#hit(entry);
    return Promise.resolve(entry.value as T); // not an async function: its frame costs a third of a hit
  }

  async #getBelow<T>(key: string): Promise<T | undefined> {
    const found = await this.#find(key);
    if ('miss' in found) {
      this.#missed(key, found.miss);
      return undefined;
    }
    this.#countHit(found.entry, found.from);
    return found.value as T;
  }

  /**
   * The value from the cache, or computed once for all who ask meanwhile. Rejects with what
   * `compute` throws; nothing is kept of a failure.
   */
  async getOrCompute<T>(
    key: string,
    compute: (signal: AbortSignal) => Promise<Draft<S>>,
    options: ComputeOptions = {},
  ): Promise<Outcome<T>> {
    options.signal?.throwIfAborted();
    if (!this.enabled) {
      const miss: Miss = { reason: 'bypassed', detail: 'caching is paused' };
      if (!options.ahead) this.#missed(key, miss);
      const draft = await compute(options.signal ?? new AbortController().signal);
      return { value: draft.value as T, from: 'computed', miss };
    }
    if (!options.recompute) {
      const entry = this.#memory.get(key);
      if (entry !== undefined && this.#verdict(entry) === undefined) {
        if (!options.ahead) this.#hit(entry);
        return { value: entry.value as T, from: 'memory' };
      }
    }
    for (let attempt = 1; ; attempt++) {
      const running = options.recompute ? undefined : this.#flights.get(key);
      if (running?.joinable) {
        const landed = await running.wait(options.signal);
        const verdict = this.#expired(landed) ?? (await this.#judge(landed.stamp));
        if (attempt < MOST_ATTEMPTS && verdict !== undefined) continue;
        if (!options.ahead) this.namespaces.get(namespaceOf(key)).shared++;
        return { value: landed.value as T, from: 'running', ...(landed.miss && { miss: landed.miss }) };
      }
      const landed = await this.#take(key, compute, options);
      return { value: landed.value as T, from: landed.from, ...(landed.miss && { miss: landed.miss }) };
    }
  }

  /** Stores a value from outside; it wins over whatever is being computed or promoted for the key. */
  async set(
    key: string,
    value: unknown,
    stamp: S,
    options: { cost?: Cost; ttlMs?: number } = {},
  ): Promise<void> {
    namespaceOf(key);
    this.#supersede(key);
    const fence = this.#fences.open(key);
    try {
      await this.#store(key, { value, stamp }, options.cost ?? { ms: 0 }, options.ttlMs, fence);
    } finally {
      this.#fences.close(key, fence);
    }
    await this.#file?.flush();
  }

  /** True when some level had the key. Settles when no level has it any more. */
  async delete(key: string): Promise<boolean> {
    const known = this.#catalog.get(key);
    this.#supersede(key);
    if (known) this.#catalog.drop(known, { reason: 'invalidated', detail: 'deleted' });
    await this.#file?.remove([key]);
    return known !== undefined;
  }

  /** Drops entries from every level; settles when none of them can be served any more. */
  async invalidate(entries: readonly Entry<S>[], miss: Miss): Promise<void> {
    const keys = entries.map((entry) => entry.key);
    for (const key of keys) this.#supersede(key);
    await Promise.all([this.#file?.remove(keys), this.#catalog.dropAll(entries, miss)]);
  }

  /** The same for all there is, and for all that the file level keeps for inputs as they were. */
  async clear(miss: Miss): Promise<void> {
    this.#fences.breakAll();
    this.#flights.clear();
    await Promise.all([this.#file?.clear(), this.#catalog.dropAll([...this.#catalog.values()], miss)]);
  }

  /**
   * The same for matching keys without an entry: what is under way for them, and what the file
   * level keeps for inputs as they were or from before this process.
   */
  async invalidateUnlisted(matches: (key: string) => boolean): Promise<void> {
    for (const key of this.#fences.keys()) if (matches(key)) this.#supersede(key);
    const dormant = [...this.#catalog.dormant].filter(matches);
    await Promise.all([this.#file?.remove(dormant), this.#file?.removeMatching(matches)]);
  }

  /** Drops an entry whose stamp does not hold now; its stored variants stay for when it holds again. */
  retire(entry: Entry<S>, miss: Miss): void {
    this.#catalog.retire(entry, miss);
  }

  /** Values leave this level; what another level holds is still served. */
  async clearLevel(level: 'memory' | 'file', miss: Miss): Promise<void> {
    const clearing = level === 'file' ? this.#file?.clear() : undefined;
    await Promise.all([clearing, this.#catalog.leaveLevel(level, miss)]);
  }

  /** Takes what the file level holds into the catalog, as far as it is fresh now. */
  async loadCatalog(): Promise<void> {
    await this.#file?.load();
  }

  entry(key: string): Entry<S> | undefined {
    return this.#catalog.get(key);
  }

  entries(): IterableIterator<Entry<S>> {
    return this.#catalog.values();
  }

  get size(): number {
    return this.#catalog.size;
  }

  get memory(): { readonly entries: number; readonly bytes: number } {
    return this.#memory;
  }

  /** Settles when all writes to the file level have ended. */
  async flush(): Promise<void> {
    await this.#file?.flush();
  }

  async close(): Promise<void> {
    this.#closed = true; // what is still being computed is given, but not kept
    this.#fences.breakAll();
    await this.#file?.close();
  }

  /** Finds, else computes, as the flight that others join. */
  #take(
    key: string,
    compute: (signal: AbortSignal) => Promise<Draft<S>>,
    options: ComputeOptions,
  ): Promise<Landed<S>> {
    const flight = new Flight((signal) => this.#run(key, compute, signal, options));
    this.#flights.set(key, flight);
    const done = () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    flight.promise.then(done, done);
    return flight.wait(options.signal);
  }

  async #run(
    key: string,
    compute: (signal: AbortSignal) => Promise<Draft<S>>,
    signal: AbortSignal,
    options: ComputeOptions,
  ): Promise<Landed<S>> {
    let miss: Miss | undefined = options.recompute
      ? { reason: 'bypassed', detail: 'asked to recompute' }
      : undefined;
    let disturbed = 0;
    for (let attempt = 1; ; ) {
      const fence = this.#fences.open(key);
      try {
        if (!options.recompute) {
          const found = await this.#find(key);
          if (!('miss' in found)) {
            if (!miss && !options.ahead) this.#countHit(found.entry, found.from);
            const { stamp, expiresAt } = found.entry;
            return { value: found.value, from: found.from, stamp, expiresAt };
          }
          if (fence.broken && ++disturbed < MOST_ATTEMPTS) continue;
          if (!miss && !options.ahead) this.#missed(key, found.miss);
          miss ??= found.miss;
        } else if (attempt === 1 && miss && !options.ahead) this.#missed(key, miss);
        const began = performance.now();
        const draft = await compute(signal);
        const ms = performance.now() - began;
        this.#observer.computed(key, ms);
        const moved = await this.#guard.verify(draft.stamp);
        if (moved === undefined) await this.#store(key, draft, { ms }, options.ttlMs, fence);
        if (moved === undefined || attempt >= MOST_ATTEMPTS || signal.aborted) {
          const { value, stamp } = draft;
          return { value, from: 'computed', stamp, expiresAt: 0, ...(miss && { miss }) };
        }
        attempt++;
      } finally {
        this.#fences.close(key, fence);
      }
    }
  }

  /** From memory, else from the file level with promotion. */
  async #find(key: string): Promise<Found<S> | { readonly miss: Miss }> {
    const fence = this.#fences.open(key);
    try {
      let miss: Miss = this.#catalog.departure(key) ?? { reason: 'never-cached' };
      const known = this.#memory.get(key);
      if (known !== undefined) {
        const { value } = known;
        const verdict = this.#expired(known) ?? (await this.#judge(known.stamp));
        if (verdict === undefined && !fence.broken) return { entry: known, value, from: 'memory' };
        if (verdict !== undefined) {
          miss = verdict;
          this.retire(known, verdict);
        }
      }
      if (fence.broken) return { miss: { reason: 'invalidated' } };
      const listed = this.#catalog.get(key);
      const clearings = this.#file?.clearings;
      const found = (await this.#file?.find(key, miss)) ?? { miss };
      if (fence.broken) return { miss: { reason: 'invalidated' } };
      if (this.#catalog.get(key) !== listed) return found; // stored meanwhile, and newer than this
      if ('miss' in found) {
        if (listed) this.#catalog.drop(listed, found.miss);
        return found;
      }
      if (listed?.inMemory) this.#memory.remove(listed);
      if (clearings !== this.#file?.clearings) found.entry.variant = undefined;
      this.#catalog.admit(found.entry);
      return found;
    } finally {
      this.#fences.close(key, fence);
    }
  }

  async #store(
    key: string,
    draft: Draft<S>,
    cost: Cost,
    ttlMs: number | undefined,
    fence: Fence,
  ): Promise<void> {
    const namespace = this.namespaces.get(namespaceOf(key));
    let encoded: Uint8Array | undefined;
    if (this.#file && namespace.policy.persist) {
      try {
        encoded = await encode(draft.value);
      } catch (error) {
        this.#observer.problem('codec', error as Error);
      }
    }
    if (fence.broken || this.#closed) return;
    const ttl = ttlMs ?? namespace.policy.ttlMs;
    const createdAt = this.#now();
    const id = encoded && this.#guard.variant(draft.stamp);
    const entry = new Entry<S>({
      key,
      namespace,
      stamp: draft.stamp,
      bytes: encoded?.length ?? estimateBytes(draft.value),
      cost,
      createdAt,
      expiresAt: ttl > 0 ? createdAt + ttl : 0,
      value: draft.value,
      variant: id,
    });
    this.#catalog.admit(entry);
    if (encoded && id) this.#file?.write(entry, id, encoded);
    else if (namespace.policy.persist) void this.#file?.remove([key]); // it may hold an older one
  }

  #supersede(key: string): void {
    this.#fences.break(key);
    this.#flights.delete(key);
  }

  #verdict(entry: Entry<S>): Miss | undefined {
    return this.#expired(entry) ?? this.#guard.check(entry.stamp);
  }

  #expired({ expiresAt }: { readonly expiresAt: number }): Miss | undefined {
    return expiresAt !== 0 && expiresAt <= this.#now() ? EXPIRED : undefined;
  }

  /** The synchronous check where it can tell, else the thorough one. */
  async #judge(stamp: S): Promise<Miss | undefined> {
    const verdict = this.#guard.check(stamp);
    return verdict === UNSURE ? this.#guard.verify(stamp) : verdict;
  }

  #hit(entry: Entry<S>): void {
    entry.hits++;
    entry.lastHitAt = this.#beat;
    entry.namespace.memoryHits++;
    entry.namespace.savedMs += entry.cost.ms;
  }

  #countHit(entry: Entry<S>, from: 'memory' | 'file'): void {
    this.#hit(entry);
    if (from === 'memory') return;
    entry.namespace.memoryHits--;
    entry.namespace.fileHits++;
  }

  #missed(key: string, miss: Miss): void {
    this.namespaces.get(namespaceOf(key)).misses++;
    this.#observer.missed(key, miss);
  }
}

const EXPIRED: Miss = { reason: 'expired' };
