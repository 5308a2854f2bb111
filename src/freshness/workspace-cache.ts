import type { ComputeOptions, Outcome } from '../cache/asking.ts';
import { Cache } from '../cache/cache.ts';
import type { Cost, Entry } from '../cache/entry.ts';
import type { FileLevel } from '../cache/file-level.ts';
import type { Observer } from '../cache/guard.ts';
import { namespaceOf } from '../cache/key.ts';
import type { MemoryLimits } from '../cache/memory-level.ts';
import type { Namespaces } from '../cache/namespace.ts';
import { Capture } from './capture.ts';
import type { ComputeContext, FileId } from './context.ts';
import { Dependents } from './dependents.ts';
import { checkPath, type Disk } from './disk.ts';
import { Fingerprints } from './fingerprints.ts';
import { type Bump, EVERYTHING, fileName, Generations } from './generations.ts';
import { compileGlob } from './glob.ts';
import { type ChangeReport, Invalidator } from './invalidator.ts';
import { describe, type Report, report, type Selector } from './selector.ts';
import { type Stamp, StampGuard } from './stamp.ts';
import { TagIndex } from './tag-index.ts';

export interface WorkspaceCacheOptions {
  readonly disk: Disk;
  readonly file?: FileLevel;
  /** Writes an invalidation down before it is acknowledged. */
  readonly saveBump?: (bump: Bump) => Promise<void>;
  readonly namespaces?: Namespaces;
  readonly memory?: MemoryLimits;
  readonly now?: () => number;
  readonly observer: Observer<Stamp>;
  /** Called after a change of files made entries invalid. */
  readonly onChange?: (report: ChangeReport) => void;
}

export interface GetOptions extends ComputeOptions {
  readonly tags?: readonly string[];
}

/** The cache of one workspace folder: values that are served while the files they rest on say so. */
export class WorkspaceCache {
  readonly cache: Cache<Stamp>;
  readonly tags = new TagIndex();
  readonly dependents = new Dependents();
  readonly generations = new Generations();
  readonly fingerprints: Fingerprints;
  readonly #invalidator: Invalidator;
  readonly #saveBump: ((bump: Bump) => Promise<void>) | undefined;
  readonly #observer: Observer<Stamp>;

  constructor(options: WorkspaceCacheOptions) {
    this.fingerprints = new Fingerprints(options.disk, options.now);
    const guard = new StampGuard(this.fingerprints, this.generations);
    this.#observer = options.observer;
    this.#saveBump = options.saveBump;
    this.cache = new Cache<Stamp>({
      guard,
      observer: this.#indexed(options.observer),
      ...(options.file && { file: options.file }),
      ...(options.namespaces && { namespaces: options.namespaces }),
      ...(options.memory && { memory: options.memory }),
      ...(options.now && { now: options.now }),
    });
    this.#invalidator = new Invalidator(this.cache, guard, this.dependents, (change) =>
      options.onChange?.(change),
    );
  }

  /** Serves the value, or computes it once for all who ask; `compute` names its inputs by asking for them. */
  getOrCompute<T>(
    key: string,
    compute: (context: ComputeContext) => Promise<T>,
    options: GetOptions = {},
  ): Promise<Outcome<T>> {
    const capturing = async (signal: AbortSignal) => {
      const context = new Capture(
        this.fingerprints,
        this.generations,
        namespaceOf(key),
        options.tags ?? [],
        signal,
      );
      const value = await compute(context);
      return { value, stamp: context.stamp() };
    };
    return this.cache.getOrCompute<T>(key, capturing, options);
  }

  get<T>(key: string): Promise<T | undefined> {
    return this.cache.get<T>(key);
  }

  /** Synchronous: from memory, and only if a few stats suffice to verify it. */
  peek<T>(key: string): T | undefined {
    return this.cache.peek<T>(key);
  }

  /** A value from outside, which rests on nothing but its lifetime and its tags. */
  set(
    key: string,
    value: unknown,
    options: { tags?: readonly string[]; ttlMs?: number; cost?: Cost } = {},
  ): Promise<void> {
    const marks = this.generations.marks(options.tags ?? [], namespaceOf(key));
    const stamp: Stamp = { marks, started: this.generations.sequence, dependencies: [] };
    return this.cache.set(key, value, stamp, options);
  }

  delete(key: string): Promise<boolean> {
    return this.cache.delete(key);
  }

  /** What {@link invalidate} would hit now. */
  preview(selector: Selector): Report {
    return report(this.#select(selector));
  }

  /** Makes what the selector names unreachable; settles when a restart cannot bring it back. */
  async invalidate(selector: Selector, cause = describe(selector)): Promise<Report> {
    const entries = this.#select(selector);
    const hit = report(entries);
    const miss = { reason: 'invalidated', detail: cause } as const;
    if ('level' in selector) {
      await this.cache.clearLevel(selector.level, miss);
      return hit;
    }
    const name = generationName(selector);
    const saved = name && this.#bump(name, cause);
    if ('all' in selector) {
      await Promise.all([saved, this.cache.clear(miss)]);
      return hit;
    }
    const keys = 'key' in selector ? [selector.key] : 'keys' in selector ? selector.keys : [];
    const unlisted = keys.filter((key) => !this.cache.entry(key));
    await Promise.all([
      saved,
      this.cache.invalidate(entries, miss),
      ...unlisted.map((key) => this.cache.delete(key)),
      ...('pattern' in selector ? [this.cache.invalidateUnlisted(compileGlob(selector.pattern))] : []),
    ]);
    return hit;
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
      return entries.filter((entry) => (selector.level === 'memory' ? entry.inMemory : entry.inFile));
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

/** Names under which whatever is in flight, or stored but not known here, becomes stale too. */
function generationName(selector: Selector): string | undefined {
  if ('tag' in selector) return `tag ${selector.tag}`;
  if ('namespace' in selector) return `namespace ${selector.namespace}`;
  if ('file' in selector) return fileName(selector.file);
  return 'all' in selector ? EVERYTHING : undefined;
}
