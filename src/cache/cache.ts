import type { ComputeOptions, Outcome, Read, RequestOptions } from './asking.ts';
import { Catalog } from './catalog.ts';
import { type Compute, Computing } from './computing.ts';
import type { Cost, Entry } from './entry.ts';
import { type Fence, Fences } from './fences.ts';
import type { FileLevel, Standing } from './file-level.ts';
import type { Guard, Miss, Observer } from './guard.ts';
import { namespaceOf } from './key.ts';
import { type Answer, Lookup } from './lookup.ts';
import type { LowerLevel } from './lower-level.ts';
import { DEFAULT_MEMORY_LIMITS, type MemoryLevel, type MemoryLimits } from './memory-level.ts';
import { bypassedBy, isBypassed, Namespaces } from './namespace.ts';
import type { Level, Policy } from './policy/policy.ts';
import { Removing } from './removing.ts';
import type { SharedLevel } from './shared/shared-level.ts';
import { CacheState } from './state.ts';
import { missNow, type StoredResult, storedResults } from './stored-results.ts';
import { Storing, type StoringOptions } from './storing.ts';
import { type Tidied, tidy } from './tidy.ts';
import { TrustedFile } from './trusted-file.ts';
import { TrustedShared } from './trusted-shared.ts';
import type { Update } from './update.ts';
import { Updating } from './updating.ts';

export interface CacheOptions<S> extends StoringOptions {
  readonly guard: Guard<S>;
  readonly observer: Observer<S>;
  readonly namespaces?: Namespaces;
  readonly memory?: MemoryLimits;
  readonly file?: FileLevel;
  readonly shared?: SharedLevel;
  /** The invalidations that may still be undone; absent, all may. */
  readonly standing?: Standing;
  readonly now?: () => number;
}

/** A value from outside and what must hold for it. */
export interface Setting<S> {
  readonly key: string;
  readonly value: unknown;
  readonly stamp: S;
  readonly cost?: Cost;
}

/**
 * The front door of the multi-level cache: memory, then file, then shared, then computing. A value
 * is served only when its stamp holds at the read; what a level cannot do is reported and gone around.
 */
export class Cache<S> {
  readonly namespaces: Namespaces;
  readonly #state: CacheState<S>;
  readonly #catalog: Catalog<S>;
  readonly #file: TrustedFile<S> | undefined;
  readonly #shared: TrustedShared<S> | undefined;
  readonly #storing: Storing<S>;
  readonly #lookup: Lookup<S>;
  readonly #computing: Computing<S>;
  readonly #updating: Updating<S>;
  /** Takes entries off the levels of this machine. */
  readonly removing: Removing<S>;
  readonly #standing: Standing | undefined;
  /** Switched off, every read computes and nothing is stored. */
  enabled = true;

  constructor(options: CacheOptions<S>) {
    const { guard, observer, file, shared, namespaces = new Namespaces(), now = Date.now } = options;
    this.namespaces = namespaces;
    const catalog = new Catalog<S>(
      options.memory ?? DEFAULT_MEMORY_LIMITS,
      observer,
      {
        held: (entry) => this.#storing.writeBack.held(entry),
        urge: (entry) => this.#storing.writeBack.urge(entry),
      },
      now,
    );
    this.#catalog = catalog;
    const sharedMoment = () => shared?.sequence;
    const fences = new Fences();
    this.#state = new CacheState({ guard, observer, namespaces, catalog, fences, now, sharedMoment });
    this.#file = file && new TrustedFile(file, catalog, guard, observer, namespaces, now);
    this.#shared = shared && new TrustedShared(shared, guard, observer, namespaces, now);
    const lower: LowerLevel<S>[] = [];
    if (this.#file) lower.push(this.#file);
    if (this.#shared) lower.push(this.#shared);
    this.#storing = new Storing(this.#state, lower, options);
    this.#lookup = new Lookup(this.#state, lower, this.#storing.writeBack);
    this.#computing = new Computing(this.#state, this.#lookup, this.#storing);
    this.#updating = new Updating(this.#state, this.#lookup, this.#storing, this.#computing, lower);
    this.removing = new Removing({
      state: this.#state,
      computing: this.#computing,
      writeBack: this.#storing.writeBack,
      file: this.#file,
      shared: this.#shared,
    });
    this.#standing = options.standing;
  }

  /** Moves the clock of `lastHitAt` on; a timer calls it about once a second. */
  beat(): void {
    this.#state.beat = this.#state.now();
  }

  /** The value, if memory holds it and a synchronous check can tell that it is fresh. */
  peek<T>(key: string): T | undefined {
    const entry = this.#catalog.get(key);
    if (entry === undefined || !entry.inMemory || this.#state.verdict(entry) !== undefined) return undefined;
    this.#state.hit(entry);
    return entry.value as T;
  }

  /** The value from the first level that has it fresh, else undefined. */
  get<T>(key: string, levels?: readonly Level[]): Promise<T | undefined> {
    if (levels !== undefined) return this.#getBelow<T>(key, levels);
    const entry = this.#catalog.get(key);
    if (entry === undefined || !entry.inMemory || this.#state.verdict(entry) !== undefined) {
      return this.#getBelow<T>(key);
    }
    this.#state.hit(entry);
    return Promise.resolve(entry.value as T); // not an async function: its frame costs a third of a hit
  }

  #getBelow<T>(key: string, levels?: readonly Level[]): Promise<T | undefined> {
    const miss = levels === undefined ? this.#lookup.missInMemory(key) : undefined;
    if (miss === undefined) return this.getMany<T>([key], levels).then(([value]) => value);
    this.#state.missed(key, miss);
    return ABSENT;
  }

  /** The values in the order of the keys, of whichever namespaces; each level is asked once for all of them. */
  async getMany<T>(keys: readonly string[], levels?: readonly Level[]): Promise<(T | undefined)[]> {
    const answers = await this.#lookup.findMany(keys, { levels });
    return answers.map((answer, i) => {
      this.#count(keys[i] as string, answer);
      return 'miss' in answer ? undefined : (answer.value as T);
    });
  }

  /**
   * The same as {@link get} for one who wants to know which level had the value, or why none did, and may
   * be subject to a policy of its own.
   */
  async read<T>(key: string, policy?: Policy): Promise<Read<T>> {
    const entry = this.#catalog.get(key);
    if (entry?.inMemory && this.#state.verdict(entry) === undefined) {
      this.#state.hit(entry);
      return { value: entry.value as T, from: 'memory' };
    }
    const answer = await this.#lookup.find(key, { policy });
    this.#count(key, answer);
    return 'miss' in answer ? { miss: answer.miss } : { value: answer.value as T, from: answer.from };
  }

  /** The same as {@link get} for one who needs it to verify another key: counts neither as a hit nor as a miss. */
  async find<T>(key: string): Promise<T | undefined> {
    const answer = await this.#lookup.find(key);
    return 'miss' in answer ? undefined : (answer.value as T);
  }

  /**
   * The value from the cache, or computed once for all who ask meanwhile. Rejects with what
   * `compute` throws; nothing is kept of a failure.
   */
  getOrCompute<T>(key: string, compute: Compute<S>, options: ComputeOptions = {}): Promise<Outcome<T>> {
    // Not an async function: its frame costs a third of a hit.
    const entry = this.#catalog.get(key);
    if (
      entry?.inMemory &&
      this.enabled &&
      options.recompute !== true &&
      options.levels === undefined &&
      options.signal?.aborted !== true &&
      !isBypassed(options.policy ?? entry.namespace.policy) &&
      this.#state.verdict(entry) === undefined
    ) {
      if (options.ahead !== true) this.#state.hit(entry);
      return Promise.resolve({ value: entry.value as T, from: 'memory' });
    }
    return this.#getOrCompute(key, compute, options);
  }

  async #getOrCompute<T>(key: string, compute: Compute<S>, options: ComputeOptions): Promise<Outcome<T>> {
    options.signal?.throwIfAborted();
    if (!this.enabled) return this.#computing.bypass(key, compute, options, PAUSED);
    const policy = options.policy ?? this.namespaces.of(key).policy;
    if (isBypassed(policy)) {
      const why = options.bypassedBy ?? bypassedBy(key, policy);
      return this.#computing.bypass(key, compute, options, why);
    }
    return this.#computing.get(key, compute, options);
  }

  /**
   * Stores a value from outside; it wins over whatever is being computed or promoted for the key.
   * Settles when the levels have it that its policy writes through to.
   */
  set(
    key: string,
    value: unknown,
    stamp: S,
    options: RequestOptions & { readonly cost?: Cost } = {},
  ): Promise<void> {
    const policy = options.policy ?? this.namespaces.of(key).policy;
    if (this.#storing.reachesBelow(policy, options)) {
      return this.setMany([{ key, value, stamp, ...(options.cost && { cost: options.cost }) }], options);
    }
    if (this.enabled && !isBypassed(policy)) {
      this.#supersede(key);
      this.#storing.keepHere(key, value, stamp, options.cost?.ms ?? 0, policy, options);
    }
    return DONE;
  }

  /** The same for many, of whichever namespaces, in one batch per level. */
  async setMany(settings: readonly Setting<S>[], request: RequestOptions = {}): Promise<void> {
    const { fences } = this.#state;
    const sharedAt = this.#state.sharedMoment();
    const items = settings.flatMap(({ key, value, stamp, cost }) => {
      const policy = request.policy ?? this.namespaces.of(key).policy;
      if (!this.enabled || isBypassed(policy)) return [];
      this.#supersede(key);
      const fence = fences.open(key);
      const draft = { value, stamp };
      return [{ key, draft, costMs: cost?.ms ?? 0, policy, request, fence, sharedAt, outside: true }];
    });
    try {
      const { written } = await this.#storing.keep(items);
      // Who began to look meanwhile may have found what was there before.
      for (const { key } of items) this.#computing.leave(key);
      await written;
    } finally {
      for (const { key, fence } of items) fences.close(key, fence);
    }
  }

  /** See {@link Updating}; `fresh` is the stamp of a value that was not there before. */
  async update(key: string, update: Update, fresh: () => S, options: RequestOptions = {}): Promise<unknown> {
    const policy = options.policy ?? this.namespaces.of(key).policy;
    if (!this.enabled || isBypassed(policy)) return undefined;
    this.removing.kept.forget(key);
    return this.#updating.run({ key, update, fresh, options });
  }

  /** True when some level was known to have the key. Settles when no level has it any more. */
  async delete(key: string, reach: Reach = 'everywhere'): Promise<boolean> {
    const [was] = await this.deleteMany([key], reach);
    return was === true;
  }

  async deleteMany(keys: readonly string[], reach: Reach = 'everywhere'): Promise<boolean[]> {
    const known = keys.map((key) => this.#catalog.get(key));
    for (const key of keys) this.#supersede(key);
    for (const entry of known) {
      if (entry && this.#catalog.holds(entry))
        this.#catalog.drop(entry, { reason: 'invalidated', detail: 'deleted' });
    }
    await Promise.all([
      this.#file?.remove(keys),
      reach === 'everywhere' ? this.#shared?.remove(keys) : undefined,
    ]);
    return known.map((entry) => entry !== undefined);
  }

  /** See {@link Removing.clear}. */
  clear(miss: Miss): Promise<void> {
    return this.removing.clear(miss);
  }

  /** See {@link Removing.invalidateUnlisted}. */
  invalidateUnlisted(matches: (key: string) => boolean): Promise<void> {
    return this.removing.invalidateUnlisted(matches);
  }

  /** See {@link Removing.clearLevel}. */
  clearLevel(level: 'memory' | 'file', miss: Miss): Promise<void> {
    return this.removing.clearLevel(level, miss);
  }

  /** Drops an entry whose stamp does not hold now; its stored variants stay for when it holds again. */
  retire(entry: Entry<S>, miss: Miss): void {
    this.#catalog.retire(entry, miss);
  }

  /** Drops what has expired, and what the file level has no room for. */
  async tidy(): Promise<Tidied> {
    return tidy(this.#state, this.#file, this.#storing.writeBack, this.#standing);
  }

  /** Asks for every policy again, after a change of settings. */
  reconfigure(memory?: MemoryLimits): void {
    this.namespaces.reconfigure();
    for (const entry of [...this.#catalog.values()]) {
      const { policy } = entry.namespace;
      if (isBypassed(policy)) {
        this.#catalog.retire(entry, { reason: 'bypassed', detail: bypassedBy(entry.key, policy) });
      }
    }
    if (memory) this.#catalog.memory.resize(memory);
    this.#catalog.memory.rearrange([...this.#catalog.values(), ...this.#catalog.older.values()]);
  }

  /** Keeps whatever memory holds, now or later, under the key, until it is unpinned. False when too many are. */
  pin(key: string): boolean {
    namespaceOf(key);
    return this.#catalog.memory.pin(key, this.#catalog.get(key) ?? null);
  }

  unpin(key: string): void {
    this.#catalog.memory.unpin(key);
  }

  isPinned(key: string): boolean {
    return this.#catalog.memory.isPinned(key);
  }

  /** Takes what the file level holds into the catalog, as far as it is fresh now. */
  async loadCatalog(): Promise<void> {
    await this.#file?.load();
  }

  /** Broken by the next set, delete or invalidation of the key; to be given back to {@link closeFence}. */
  openFence(key: string): Fence {
    return this.#state.fences.open(key);
  }

  closeFence(key: string, fence: Fence): void {
    this.#state.fences.close(key, fence);
  }

  /** Whether the key is being looked for or computed for somebody now. */
  isComputing(key: string): boolean {
    return this.#computing.runs(key);
  }

  entry(key: string): Entry<S> | undefined {
    return this.#catalog.get(key);
  }

  /** See {@link storedResults}. */
  results(key: string): Promise<readonly StoredResult[]> {
    return storedResults(this.#state, this.#file, key);
  }

  /** Why an entry does not hold now, see {@link missNow}: nothing is counted or computed. */
  missNow(entry: Entry<S>): Promise<Miss | undefined> {
    return missNow(this.#state, entry);
  }

  /** Why a key that is not listed would be missed now, as far as a look can tell. */
  async absence(key: string): Promise<Miss> {
    const told = this.#state.absence(key);
    if (told.reason !== 'never-cached') return told;
    const [newest] = await this.results(key);
    return newest?.miss ?? told;
  }

  entries(): IterableIterator<Entry<S>> {
    return this.#catalog.values();
  }

  /** What memory keeps for inputs as they were. */
  olderResults(): Iterable<Entry<S>> {
    return this.#catalog.older.values();
  }

  get size(): number {
    return this.#catalog.size;
  }

  get memory(): MemoryLevel<S> {
    return this.#catalog.memory;
  }

  /** What a killed process would lose now of namespaces that write back. */
  get unwritten(): {
    readonly entries: number;
    readonly bytes: number;
    readonly oldestAt: number | undefined;
  } {
    return this.#storing.writeBack.unwritten;
  }

  /** Settles when the file level has everything that belongs there. */
  async flush(): Promise<void> {
    await this.#storing.writeBack.flush();
    await this.#file?.flush();
    await this.removing.settled();
  }

  async close(): Promise<void> {
    await this.#storing.writeBack.flush();
    this.#state.closed = true;
    this.#state.fences.breakAll();
    await this.#file?.close();
  }

  #count(key: string, answer: Answer<S>): void {
    if ('miss' in answer) this.#state.missed(key, answer.miss);
    else this.#state.countHit(answer.entry, answer.from);
  }

  #supersede(key: string): void {
    this.removing.supersede(key);
    this.removing.kept.forget(key);
  }
}

const PAUSED = 'caching is paused (agentCache.enabled)';
const DONE = Promise.resolve();
const ABSENT = Promise.resolve(undefined);

/** Whether other instances are to hear of it too. */
export type Reach = 'everywhere' | 'here';
