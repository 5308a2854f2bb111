import type { Outcome, Read, RequestOptions } from '../cache/asking.ts';
import { Cache, type Reach } from '../cache/cache.ts';
import type { Cost, Entry } from '../cache/entry.ts';
import type { Miss } from '../cache/guard.ts';
import { namespaceOf } from '../cache/key.ts';
import { isBypassed } from '../cache/namespace.ts';
import { narrow } from '../cache/policy/narrow.ts';
import type { Level } from '../cache/policy/policy.ts';
import type { Update } from '../cache/update.ts';
import { Capture, MOST_DEPENDENCIES } from './capture.ts';
import type { ComputeContext, FileId } from './context.ts';
import type { Fact } from './dependency.ts';
import { Dependents } from './dependents.ts';
import { EntryInputs, type EntrySource } from './entries/entry-inputs.ts';
import { Recipes } from './entries/recipes.ts';
import type { Session } from './entries/session.ts';
import { Facts } from './facts.ts';
import { FileGlobs } from './file-globs/file-globs.ts';
import { Fingerprints } from './fingerprints.ts';
import { Generations } from './generations.ts';
import { indexing } from './indexing.ts';
import { Inputs } from './inputs.ts';
import { Hearing } from './instances/hearing.ts';
import type { Instances } from './instances/instances.ts';
import { type Invalidated, Invalidation } from './invalidation.ts';
import { Invalidator } from './invalidator.ts';
import { DEFAULT_LEASE_LIMITS, Leases } from './leases/leases.ts';
import { NamedGlobs } from './named-globs.ts';
import { type Preview, preview } from './selection.ts';
import { describe, resolve, type SelectorInput } from './selector.ts';
import type { Stamp } from './stamp.ts';
import { StampGuard } from './stamp-guard.ts';
import { TagIndex } from './tag-index.ts';
import { DEFAULT_UNDO_LIMITS } from './undo/undo-log.ts';
import type { UndoRecord } from './undo/undo-record.ts';
import { type UndoReport, Undos } from './undo/undos.ts';
import { WatchTrust } from './watch-trust.ts';
import type {
  AskOptions,
  GetOptions,
  PutOptions,
  SetOptions,
  WorkspaceCacheOptions,
  WorkspaceLimits,
} from './workspace-options.ts';

type Compute<T> = (context: ComputeContext) => Promise<T>;

/** The cache of one workspace folder: values that are served while the files they rest on say so. */
export class WorkspaceCache {
  readonly cache: Cache<Stamp>;
  readonly tags = new TagIndex();
  readonly dependents: Dependents;
  readonly generations = new Generations();
  readonly fingerprints: Fingerprints;
  readonly facts: Facts;
  readonly inputs: Inputs;
  /** To be told whether whatever gives hints is awake, see {@link WatchTrust}. */
  readonly watcher: WatchTrust;
  readonly leases: Leases;
  readonly #guard: StampGuard;
  readonly #now: () => number;
  /** Dependencies of one entry. */
  readonly #most: () => number;
  readonly #invalidator: Invalidator;
  readonly #invalidation: Invalidation;
  readonly #undos: Undos;
  readonly #instances: Instances | undefined;

  constructor(options: WorkspaceCacheOptions) {
    const { disk, now = Date.now, limits = () => NO_LIMITS } = options;
    this.#most = () => limits().dependencies ?? MOST_DEPENDENCIES;
    this.#now = now;
    this.fingerprints = new Fingerprints(disk, now);
    const globs = new NamedGlobs(new FileGlobs(disk, now));
    this.dependents = new Dependents(globs);
    this.facts = new Facts(options.facts);
    const source: EntrySource = {
      entry: (key) => this.cache.entry(key),
      expired: ({ mortal, expiresAt }) => mortal && expiresAt <= now(),
      retire: (entry, miss) => this.cache.retire(entry, miss),
      find: (key) => this.cache.find(key),
      ask: (key, recipe, { session, ...how }) =>
        this.#getOrCompute(key, recipe, { ...how, below: true }, session),
    };
    const entries = new EntryInputs(source, new Recipes(options.recipe));
    this.inputs = new Inputs(this.fingerprints, globs, this.facts, entries);
    this.watcher = new WatchTrust(
      (namespace) => this.cache.namespaces.get(namespace).policy.freshness === 'watched',
      () => this.#invalidator.idle,
    );
    const guard = new StampGuard(this.inputs, this.generations, this.watcher);
    this.#guard = guard;
    const { instances, reload = async () => {} } = options;
    this.#instances = instances;
    const hint = (entries: Iterable<Entry<Stamp>>) => this.#invalidator.hintEntries(entries);
    const { tags, dependents } = this;
    const indexed = { ...indexing(options.observer, { tags, dependents, hint }), siblings: instances?.file };
    const { observer, shared, saveBump, file, undo } = options;
    this.#undos = new Undos({
      cache: () => this.cache,
      generations: this.generations,
      store: undo?.log,
      generationStore: undo?.generations,
      fileBytes: () => file?.maxBytes,
      limits: () => limits().undo ?? DEFAULT_UNDO_LIMITS,
      instances,
      observer,
      now,
    });
    const standing = () => this.#undos.log.standing();
    this.cache = new Cache<Stamp>({ ...options, guard, observer: indexed, standing });
    this.leases = new Leases({
      disk,
      now,
      limits: () => limits().leases ?? DEFAULT_LEASE_LIMITS,
      generations: this.generations,
      capture: (key, tags) =>
        new Capture(key, this.inputs, this.generations, tags, undefined, NEVER, this.#most()),
      verify: (stamp, key) => guard.verify(stamp, key),
      fences: this.cache,
    });
    const { generations, cache } = this;
    this.#invalidation = new Invalidation({
      cache,
      tags,
      dependents,
      generations,
      observer,
      shared,
      saveBump,
      undos: this.#undos,
      instances,
    });
    instances?.listen(
      new Hearing({
        cache,
        tags,
        dependents,
        generations,
        observer,
        instances,
        file: options.file,
        now,
        reload,
      }),
    );
    options.shared?.onInvalidated((bumps) => void this.hear(bumps));
    this.#invalidator = new Invalidator(this.cache, guard, this.dependents, this.fingerprints, (change) =>
      options.onChange?.(change),
    );
  }

  /** Serves the value, or computes it once for all who ask; `compute` names its inputs by asking for them. */
  getOrCompute<T>(key: string, compute: Compute<T>, options: GetOptions = NO_OPTIONS): Promise<Outcome<T>> {
    return this.#getOrCompute(key, compute, options, undefined);
  }

  #getOrCompute<T>(
    key: string,
    compute: Compute<T>,
    options: GetOptions,
    session: Session | undefined,
  ): Promise<Outcome<T>> {
    const capturing = async (signal: AbortSignal) => {
      const context = new Capture(
        key,
        this.inputs,
        this.generations,
        tagsOf(options),
        session,
        signal,
        this.#most(),
      );
      try {
        const value = await compute(context);
        return { value, stamp: context.stamp(), passing: context.failed, moved: context.moved };
      } finally {
        context.release();
      }
    };
    return this.cache.getOrCompute<T>(key, capturing, this.#request(key, options));
  }

  get<T>(key: string, levels?: readonly Level[]): Promise<T | undefined> {
    return this.cache.get<T>(key, levels);
  }

  /** The same for one who wants to know which level had the value, or why none did. */
  read<T>(key: string, agent?: string): Promise<Read<T>> {
    const policy = agent === undefined ? undefined : this.cache.namespaces.policy(namespaceOf(key), agent);
    return this.cache.read<T>(key, policy);
  }

  /** In the order of the keys, of whichever namespaces; each level is asked once for all of them. */
  getMany<T>(keys: readonly string[], levels?: readonly Level[]): Promise<(T | undefined)[]> {
    return this.cache.getMany<T>(keys, levels);
  }

  /** Synchronous: from memory, and only if a few stats suffice to verify it. */
  peek<T>(key: string): T | undefined {
    return this.cache.peek<T>(key);
  }

  /** A value from outside, which rests on nothing but its lifetime and its tags. */
  set(key: string, value: unknown, options: SetOptions = {}): Promise<void> {
    const { cost } = options;
    const stored = this.cache.set(key, value, this.#stamp(key, options), {
      ...this.#request(key, options),
      ...(cost && { cost }),
    });
    return this.#instances ? this.#changed([key], stored, options) : stored;
  }

  /**
   * The same for a value that rests on inputs: as they are now or, under a lease, as they have been
   * since it was given. False when the policy keeps nothing. Rejects with a DeclarationError, and
   * with LeaseRefused when something moved.
   */
  put(key: string, value: unknown, options: PutOptions): Promise<boolean> {
    const { lease, dependsOn = [], cost } = options;
    const request: RequestOptions & { readonly cost?: Cost } = {
      ...this.#request(key, options),
      ...(cost && { cost }),
    };
    const declaration = { tags: tagsOf(options), dependsOn };
    const store = async (stamp: Stamp) => {
      const stored = this.cache.set(key, value, stamp, request);
      await (this.#instances ? this.#changed([key], stored, options) : stored);
      return this.cache.entry(key)?.stamp === stamp;
    };
    if (lease !== undefined) return this.leases.use(lease, key, declaration, store);
    return this.leases.declared(key, declaration).then(store);
  }

  /** The same for many, of whichever namespaces, in one batch per level. */
  setMany(
    values: readonly { readonly key: string; readonly value: unknown }[],
    options?: SetOptions,
  ): Promise<void> {
    const stored = this.#setMany(values, options);
    return this.#instances
      ? this.#changed(
          values.map(({ key }) => key),
          stored,
          options,
        )
      : stored;
  }

  async #setMany(
    values: readonly { readonly key: string; readonly value: unknown }[],
    options: SetOptions = {},
  ): Promise<void> {
    const { cost, agent, request } = options;
    const settings = values.map(({ key, value }) => {
      return { key, value, stamp: this.#stamp(key, options), ...(cost && { cost }) };
    });
    if (agent === undefined && !request) return this.cache.setMany(settings, options);
    // An agent's policy is its namespace's: one batch for each.
    const byNamespace = Map.groupBy(settings, ({ key }) => namespaceOf(key));
    await Promise.all(
      [...byNamespace.values()].map((some) =>
        this.cache.setMany(some, this.#request(some[0]?.key ?? '', options)),
      ),
    );
  }

  /**
   * Changes a value in place, atomically: replaces one that is there, adds to a number, or keeps the
   * greater of two. Resolves with the value now. Rejects with an UpdateError for what is no number,
   * or was computed from files.
   */
  update(key: string, update: Update, options: AskOptions = {}): Promise<unknown> {
    const stored = this.cache.update(
      key,
      update,
      () => this.#stamp(key, options),
      this.#request(key, options),
    );
    return this.#instances ? this.#changed([key], stored, options) : stored;
  }

  async delete(key: string): Promise<boolean> {
    const [was] = await this.deleteMany([key]);
    return was === true;
  }

  async deleteMany(keys: readonly string[]): Promise<boolean[]> {
    const since = Date.now();
    const was = await this.cache.deleteMany(keys);
    await this.#instances?.changed(
      keys.filter((key) => this.#reachesFile(key)),
      since,
      'deleted',
    );
    return was;
  }

  /** What {@link invalidate} would hit now. */
  async preview(selector: SelectorInput): Promise<Preview> {
    return preview(resolve(selector, this.#now()), this);
  }

  /** Makes what the selector names unreachable; settles when a restart cannot bring it back. */
  async invalidate(
    selector: SelectorInput,
    cause = describe(selector),
    reach: Reach = 'everywhere',
  ): Promise<Invalidated> {
    return this.#invalidation.invalidate(resolve(selector, this.#now()), cause, reach);
  }

  /**
   * What a topic names is another now, and stays so: nothing that was made of it comes back, by an
   * undo neither.
   */
  async changed(topic: string, cause = `topic ${topic} changed`): Promise<void> {
    await this.#invalidation.invalidate({ topic }, cause, 'everywhere', true);
  }

  /**
   * Takes an invalidation back, the last one without an id: what it hit is served again as far as
   * nothing else makes it stale, and nothing was stored in its place. Rejects with an UndoError when
   * there is none, or when the file level fails: then it can be tried again.
   */
  undo(id?: string): Promise<UndoReport> {
    return this.#undos.undo(id);
  }

  /** The invalidations that can be undone, newest first. */
  undos(): readonly UndoRecord[] {
    return this.#undos.log.list;
  }

  /** The invalidation that a miss came of, by its id, while it can be undone. */
  undoOf({ reason, undo, since }: Miss): string | undefined {
    return reason === 'invalidated' ? this.#undos.log.standingId(undo, since) : undefined;
  }

  /** To be called before the file level is read: takes over what earlier processes left to undo. */
  loadUndos(): Promise<void> {
    return this.#undos.load();
  }

  /** What other instances have invalidated: nothing of it is served from here any more. */
  hear(bumps: readonly { readonly name: string; readonly cause: string }[]): Promise<void> {
    return this.#invalidation.hear(bumps);
  }

  /** A stored stamp less what means something on this machine only; undefined for what is none. */
  portable(stamp: unknown): unknown {
    return this.#guard.revive(stamp) && this.#guard.portable(stamp);
  }

  /** A portable stamp as if its computation began now; undefined for what is none. */
  adopt(stamp: unknown): unknown {
    const revived = this.#guard.revive(stamp, this.generations.sequence);
    return revived && this.#guard.dump(revived);
  }

  /** A file may have been created, changed or deleted: a hint, from whatever watches. */
  hint(path: FileId): void {
    this.#invalidator.hint(path);
  }

  /** The environment, the settings or a producer may have changed: one value, or any. */
  hintFact(on: Fact, name?: string): void {
    this.#invalidator.hintEntries(this.dependents.ofFact(on, name));
  }

  /** Settles when all hints have been followed, and what can be undone is written down. */
  async settled(): Promise<void> {
    await this.#invalidator.settled();
    await this.#undos.log.settled();
  }

  /** The file level tells others of what is set there; here they hear of what it has lost by it. */
  async #changed<T>(keys: readonly string[], stored: Promise<T>, options?: AskOptions): Promise<T> {
    const mine = keys.filter((key) => this.#reachesFile(key, options));
    if (mine.length === 0) return stored;
    const since = Date.now();
    const done = await stored;
    const gone = mine.filter((key) => this.cache.entry(key)?.inFile !== true);
    void this.#instances?.changed(gone, since);
    return done;
  }

  #reachesFile(key: string, options?: AskOptions): boolean {
    return (options?.policy ?? this.cache.namespaces.of(key).policy).levels.includes('file');
  }

  #stamp(key: string, options: AskOptions): Stamp {
    return this.#guard.bare(tagsOf(options), namespaceOf(key));
  }

  #request<O extends AskOptions>(key: string, options: O): O {
    const { agent, request } = options;
    if (agent === undefined && request === undefined) return options;
    const wide = options.policy ?? this.cache.namespaces.policy(namespaceOf(key), agent);
    const policy = request ? narrow(wide, request).policy : wide;
    if (!isBypassed(policy) || isBypassed(this.cache.namespaces.of(key).policy))
      return { ...options, policy };
    const bypassedBy = isBypassed(wide)
      ? `the settings of agent ${agent} (agentCache.agents)`
      : 'the request: its cache is "off"';
    return { ...options, policy, bypassedBy };
  }
}

function tagsOf({ tags = NO_TAGS, agent, request }: AskOptions): readonly string[] {
  if (agent === undefined && !request?.tags) return tags;
  return [...tags, ...(request?.tags ?? NO_TAGS), ...(agent === undefined ? NO_TAGS : [`agent:${agent}`])];
}

const NO_TAGS: readonly string[] = [];
const NEVER = new AbortController().signal;
const NO_OPTIONS: GetOptions = {};
const NO_LIMITS: WorkspaceLimits = {};
