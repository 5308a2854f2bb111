import type { ComputeOptions, Outcome, RequestOptions } from '../cache/asking.ts';
import { Cache, type Reach } from '../cache/cache.ts';
import type { Cost } from '../cache/entry.ts';
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
import type { Disk } from './disk.ts';
import { Fingerprints } from './fingerprints.ts';
import { type Bump, Generations } from './generations.ts';
import { Invalidation } from './invalidation.ts';
import { type ChangeReport, Invalidator } from './invalidator.ts';
import { describe, type Report, type Selector } from './selector.ts';
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
  readonly #invalidation: Invalidation;

  constructor(options: WorkspaceCacheOptions) {
    this.fingerprints = new Fingerprints(options.disk, options.now);
    const guard = new StampGuard(this.fingerprints, this.generations);
    this.#guard = guard;
    this.cache = new Cache<Stamp>({ ...options, guard, observer: this.#indexed(options.observer) });
    const { tags, dependents, generations, cache } = this;
    const { observer, shared, saveBump } = options;
    this.#invalidation = new Invalidation({
      cache,
      tags,
      dependents,
      generations,
      observer,
      shared,
      saveBump,
    });
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
    return this.#invalidation.preview(selector);
  }

  /** Makes what the selector names unreachable; settles when a restart cannot bring it back. */
  invalidate(selector: Selector, cause = describe(selector), reach: Reach = 'everywhere'): Promise<Report> {
    return this.#invalidation.invalidate(selector, cause, reach);
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

  settled(): Promise<void> {
    return this.#invalidator.settled();
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
