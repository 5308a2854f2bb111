import type { ComputeOptions, Outcome, RequestOptions } from '../cache/asking.ts';
import { Cache, type Reach } from '../cache/cache.ts';
import type { Cost, Entry } from '../cache/entry.ts';
import type { FileLevel } from '../cache/file-level.ts';
import type { Observer } from '../cache/guard.ts';
import { namespaceOf } from '../cache/key.ts';
import type { MemoryLimits } from '../cache/memory-level.ts';
import type { Namespaces } from '../cache/namespace.ts';
import { narrow, type RequestInput } from '../cache/policy/narrow.ts';
import type { Level } from '../cache/policy/policy.ts';
import type { SharedLevel } from '../cache/shared/shared-level.ts';
import type { StoringOptions } from '../cache/storing.ts';
import type { Update } from '../cache/update.ts';
import { Capture } from './capture.ts';
import type { ComputeContext, FileId } from './context.ts';
import { Dependents } from './dependents.ts';
import { checkPath, type Disk } from './disk.ts';
import { Fingerprints } from './fingerprints.ts';
import { type Bump, Generations } from './generations.ts';
import { compileGlob } from './glob.ts';
import { type ChangeReport, Invalidator } from './invalidator.ts';
import { generationName, selectorOf, sharedNames } from './names.ts';
import { describe, type Report, report, type Selector } from './selector.ts';
import { type Stamp, StampGuard } from './stamp.ts';
import { TagIndex } from './tag-index.ts';

export interface WorkspaceCacheOptions extends StoringOptions {
  readonly disk: Disk;
  readonly file?: FileLevel;
  readonly shared?: SharedLevel;
  /** Writes an invalidation down before it is acknowledged. */
  readonly saveBump?: (bump: Bump) => Promise<void>;
  readonly namespaces?: Namespaces;
  readonly memory?: MemoryLimits;
  readonly now?: () => number;
  readonly observer: Observer<Stamp>;
  /** Called after a change of files made entries invalid. */
  readonly onChange?: (report: ChangeReport) => void;
}

export interface AskOptions extends RequestOptions {
  /** Hierarchical, see `Generations`. */
  readonly tags?: readonly string[];
  /** What the request asks for itself: no cache, a shorter lifetime, fewer levels, more tags. Untrusted. */
  readonly request?: RequestInput;
  /** Who asks: its own settings apply, and the entry carries the tag `agent:NAME`. */
  readonly agent?: string;
}

export type GetOptions = ComputeOptions & AskOptions;

export interface SetOptions extends AskOptions {
  readonly cost?: Cost;
}

/** The cache of one workspace folder: values that are served while the files they rest on say so. */
export class WorkspaceCache {
  readonly cache: Cache<Stamp>;
  readonly tags = new TagIndex();
  readonly dependents = new Dependents();
  readonly generations = new Generations();
  readonly fingerprints: Fingerprints;
  readonly #guard: StampGuard;
  readonly #invalidator: Invalidator;
  readonly #saveBump: ((bump: Bump) => Promise<void>) | undefined;
  readonly #observer: Observer<Stamp>;
  readonly #shared: SharedLevel | undefined;

  constructor(options: WorkspaceCacheOptions) {
    this.fingerprints = new Fingerprints(options.disk, options.now);
    const guard = new StampGuard(this.fingerprints, this.generations);
    this.#guard = guard;
    this.#observer = options.observer;
    this.#saveBump = options.saveBump;
    this.#shared = options.shared;
    this.cache = new Cache<Stamp>({ ...options, guard, observer: this.#indexed(options.observer) });
    options.shared?.onInvalidated((bumps) => void this.hear(bumps));
    this.#invalidator = new Invalidator(this.cache, guard, this.dependents, (change) =>
      options.onChange?.(change),
    );
  }

  /** Serves the value, or computes it once for all who ask; `compute` names its inputs by asking for them. */
  getOrCompute<T>(
    key: string,
    compute: (context: ComputeContext) => Promise<T>,
    options: GetOptions = NO_OPTIONS,
  ): Promise<Outcome<T>> {
    const capturing = async (signal: AbortSignal) => {
      const { fingerprints, generations } = this;
      const context = new Capture(fingerprints, generations, namespaceOf(key), tagsOf(options), signal);
      const value = await compute(context);
      return { value, stamp: context.stamp() };
    };
    return this.cache.getOrCompute<T>(key, capturing, this.#request(key, options));
  }

  get<T>(key: string, levels?: readonly Level[]): Promise<T | undefined> {
    return this.cache.get<T>(key, levels);
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
    return this.cache.set(key, value, this.#stamp(key, options), {
      ...this.#request(key, options),
      ...(cost && { cost }),
    });
  }

  /** The same for many, of whichever namespaces, in one batch per level. */
  async setMany(
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
    return this.cache.update(key, update, () => this.#stamp(key, options), this.#request(key, options));
  }

  delete(key: string): Promise<boolean> {
    return this.cache.delete(key);
  }

  deleteMany(keys: readonly string[]): Promise<boolean[]> {
    return this.cache.deleteMany(keys);
  }

  /** What {@link invalidate} would hit now. */
  preview(selector: Selector): Report {
    return report(this.#select(selector));
  }

  /** Makes what the selector names unreachable; settles when a restart cannot bring it back. */
  async invalidate(
    selector: Selector,
    cause = describe(selector),
    reach: Reach = 'everywhere',
  ): Promise<Report> {
    const entries = this.#select(selector);
    const miss = { reason: 'invalidated', detail: cause } as const;
    const told = reach === 'everywhere' ? this.#tell(selector, cause) : undefined;
    const name = generationName(selector);
    const saved = name && this.#bump(name, cause);
    if (name && ('tag' in selector || 'namespace' in selector)) {
      // From now on the generation tells: counting and making room can wait.
      await new Promise(setImmediate);
      const hit = report(entries);
      await Promise.all([told, saved, this.cache.forget(entries, miss)]);
      return hit;
    }
    const hit = report(entries);
    if ('level' in selector) {
      if (selector.level !== 'shared') await this.cache.clearLevel(selector.level, miss);
      await told;
      return hit;
    }
    if ('all' in selector) {
      await Promise.all([told, saved, this.cache.clear(miss)]);
      return hit;
    }
    const keys = 'key' in selector ? [selector.key] : 'keys' in selector ? selector.keys : [];
    const unlisted = keys.filter((key) => !this.cache.entry(key));
    await Promise.all([
      told,
      saved,
      this.cache.invalidate(entries, miss),
      this.cache.deleteMany(unlisted, 'here'),
      ...('pattern' in selector ? [this.cache.invalidateUnlisted(compileGlob(selector.pattern))] : []),
    ]);
    return hit;
  }

  /** What other instances have invalidated: nothing of it is served from here any more. */
  async hear(bumps: readonly { readonly name: string; readonly cause: string }[]): Promise<void> {
    const keys: string[] = [];
    for (const { name, cause } of bumps) {
      const selector = selectorOf(name);
      if (selector && 'key' in selector) keys.push(selector.key);
      else if (selector) await this.#follow(selector, `${cause} (another instance)`);
    }
    if (keys.length > 0) await this.cache.deleteMany(keys, 'here');
  }

  /** A selector that is none hits everything: in doubt nothing is served. */
  async #follow(selector: Selector, cause: string): Promise<void> {
    try {
      await this.invalidate(selector, cause, 'here');
    } catch (error) {
      this.#observer.problem('shared', error as Error);
      await this.invalidate({ all: true }, cause, 'here');
    }
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

  settled(): Promise<void> {
    return this.#invalidator.settled();
  }

  #select(selector: Selector): readonly Entry<Stamp>[] {
    if ('tag' in selector) return this.tags.under(selector.tag);
    if ('file' in selector) return this.dependents.of(checkPath(selector.file));
    if ('key' in selector || 'keys' in selector) {
      const keys = 'key' in selector ? [selector.key] : selector.keys;
      return keys.flatMap((key) => this.cache.entry(key) ?? []);
    }
    const entries = [...this.cache.entries()];
    if ('pattern' in selector) {
      const matches = compileGlob(selector.pattern);
      return entries.filter((entry) => matches(entry.key));
    }
    if ('namespace' in selector)
      return entries.filter((entry) => entry.namespace.name === selector.namespace);
    if ('level' in selector) {
      const { level } = selector;
      if (level === 'memory') return entries.filter((entry) => entry.inMemory);
      return entries.filter((entry) => (level === 'file' ? entry.inFile : entry.inShared));
    }
    return entries;
  }

  async #bump(name: string, cause: string): Promise<void> {
    const bump = this.generations.bump(name, cause);
    try {
      await this.#saveBump?.(bump);
    } catch (error) {
      this.#observer.problem('file', error as Error);
    }
  }

  async #tell(selector: Selector, cause: string): Promise<void> {
    await this.#shared?.invalidate(sharedNames(selector).map((name) => ({ name, cause })));
  }

  #stamp(key: string, options: AskOptions): Stamp {
    return this.#guard.bare(tagsOf(options), namespaceOf(key));
  }

  #request<O extends AskOptions>(key: string, options: O): O {
    const { agent, request } = options;
    if (agent === undefined && request === undefined) return options;
    const wide = options.policy ?? this.cache.namespaces.policy(namespaceOf(key), agent);
    return { ...options, policy: request ? narrow(wide, request).policy : wide };
  }

  #indexed(observer: Observer<Stamp>): Observer<Stamp> {
    return {
      entered: (entry) => {
        this.tags.add(entry);
        this.dependents.add(entry);
        observer.entered(entry);
      },
      left: (entry, miss) => {
        this.tags.remove(entry);
        this.dependents.remove(entry);
        observer.left(entry, miss);
      },
      missed: (key, miss) => observer.missed(key, miss),
      computed: (key, ms) => observer.computed(key, ms),
      problem: (where, error) => observer.problem(where, error),
    };
  }
}

function tagsOf({ tags = NO_TAGS, agent, request }: AskOptions): readonly string[] {
  if (agent === undefined && !request?.tags) return tags;
  return [...tags, ...(request?.tags ?? NO_TAGS), ...(agent === undefined ? NO_TAGS : [`agent:${agent}`])];
}

const NO_TAGS: readonly string[] = [];
const NO_OPTIONS: GetOptions = {};
