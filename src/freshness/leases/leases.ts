import { randomBytes } from 'node:crypto';
import type { Cache } from '../../cache/cache.ts';
import type { Fence } from '../../cache/fences.ts';
import type { Miss } from '../../cache/guard.ts';
import { Slices } from '../../cache/slices.ts';
import type { Capture } from '../capture.ts';
import { type Dependency, dumpDependency, subjectOf } from '../dependency.ts';
import type { Disk } from '../disk.ts';
import type { Generations } from '../generations.ts';
import type { Stamp } from '../stamp.ts';
import { DeclarationError, type Declared, declare } from './declared.ts';
import { Rest } from './rest.ts';

/** What the cache is asked for. */
export interface LeaseParts {
  readonly disk: Disk;
  readonly generations: Generations;
  readonly capture: (key: string, tags: readonly string[]) => Capture;
  readonly verify: (stamp: Stamp, key: string) => Promise<Miss | undefined>;
  readonly fences: Pick<Cache<Stamp>, 'openFence' | 'closeFence'>;
  /** Asked each time. */
  readonly limits: () => LeaseLimits;
  readonly now: () => number;
  /** Milliseconds of a clock that is never set. */
  readonly steady?: () => number;
}

/** What of a value from outside is known: what it rests on, and how it can be invalidated. */
export interface Declaration {
  readonly tags: readonly string[];
  readonly dependsOn: readonly Declared[];
}

/** Why a value is not stored under a lease, in one sentence: what moved, or what is wrong with the lease. */
export class LeaseRefused extends Error {
  override readonly name = 'LeaseRefused';
}

interface Lease {
  readonly key: string;
  readonly stamp: Stamp;
  readonly fence: Fence;
  /** From here on the client looks at its inputs; by the clock of files, and by one that is never set. */
  readonly since: number;
  readonly steadySince: number;
}

/** Beyond the first two the oldest leases are voided. */
export interface LeaseLimits {
  /** Given and not used. */
  readonly leases: number;
  /** That they hold in all. */
  readonly inputs: number;
  /** How long one lasts. */
  readonly lifetimeMs: number;
}

export const DEFAULT_LEASE_LIMITS: LeaseLimits = { leases: 1000, inputs: 100_000, lifetimeMs: 10 * 60_000 };

/** How long a lease waits, ms, until what was just written can be told from what is written next. */
const PATIENCE = 200;
const STEP = 10;
/** The clock of files may fall behind the steady one by so much, ms, before it counts as set back. */
const SETBACK = 25;

/**
 * For callers outside the process, who compute by themselves: a lease is given before they look at
 * their inputs, and what they store with it is refused when something may have moved since.
 */
export class Leases {
  readonly #parts: LeaseParts;
  readonly #steady: () => number;
  /** In the order in which they were given. */
  readonly #byToken = new Map<string, Lease>();
  #held = 0;

  constructor(parts: LeaseParts) {
    this.#parts = parts;
    this.#steady = parts.steady ?? (() => performance.now());
  }

  get size(): number {
    return this.#byToken.size;
  }

  /**
   * A token for storing one value of the key. Whatever is declared is fingerprinted before it
   * resolves. Rejects with a DeclarationError, and with what an input throws that cannot be read.
   */
  async give(key: string, declaration: Declaration): Promise<string> {
    const fence = this.#parts.fences.openFence(key);
    try {
      const stamp = await this.declared(key, declaration);
      await this.#quiet(stamp);
      const since = this.#parts.now();
      const token = randomBytes(24).toString('base64url');
      this.#byToken.set(token, { key, stamp, fence, since, steadySince: this.#steady() });
      this.#held += stamp.dependencies.length;
      this.#makeRoom();
      return token;
    } catch (error) {
      this.#parts.fences.closeFence(key, fence);
      throw error;
    }
  }

  /** What a value rests on that is stored without a lease: what is declared, as it is now. Rejects like {@link give}. */
  async declared(key: string, { tags, dependsOn }: Declaration): Promise<Stamp> {
    const capture = this.#parts.capture(key, tags);
    await declare(capture, dependsOn);
    const stamp = capture.stamp();
    for (const { path } of stamp.dependencies.filter((one) => one.on === 'content')) {
      if ((this.#parts.disk.stat(path)?.ino ?? 0) >= 0) continue;
      throw new DeclarationError(
        `${path} has unsaved text in an editor, which is its content here: what is on the disk cannot be declared.`,
      );
    }
    return stamp;
  }

  /** Takes back a lease that nobody needs. */
  drop(token: string): void {
    const lease = this.#take(token);
    if (lease) this.#parts.fences.closeFence(lease.key, lease.fence);
  }

  /**
   * Calls `store` with what the value rests on, at a moment at which nothing had moved since the
   * lease was given; else rejects with {@link LeaseRefused}. Either way the lease is used.
   */
  async use<T>(
    token: string,
    key: string,
    { tags, dependsOn }: Declaration,
    store: (stamp: Stamp) => T,
  ): Promise<Awaited<T>> {
    const lease = this.#take(token);
    if (!lease)
      throw new LeaseRefused(
        'The lease is not known here: it was used, voided, or given by another process.',
      );
    try {
      if (lease.key !== key) throw new LeaseRefused(`The lease was given for ${lease.key}, not for ${key}.`);
      this.#checkClock(lease);
      const stamp = this.#together(lease.stamp, await this.declared(key, { tags, dependsOn }));
      const miss = await this.#parts.verify(stamp, key);
      if (miss) throw moved(miss.detail ?? miss.reason);
      await this.#checkRest(stamp, lease.since);
      if (lease.fence.broken) throw moved('the key was set, deleted or invalidated');
      if (!stamp.marks.holdSince(stamp.started)) throw moved(stamp.marks.last.cause);
      return await store(stamp);
    } finally {
      this.#parts.fences.closeFence(lease.key, lease.fence);
    }
  }

  /** What both say, as one stamp that began with the lease. */
  #together(given: Stamp, late: Stamp): Stamp {
    const rows = new Map<string, Dependency>();
    for (const one of given.dependencies) rows.set(JSON.stringify(dumpDependency(one)), one);
    for (const one of late.dependencies) {
      const row = JSON.stringify(dumpDependency(one));
      // A topic is invalidated when it changes, and that is told since the lease was given.
      if (!rows.has(row) && pathOf(one) === undefined && one.on !== 'topic') {
        throw new LeaseRefused(
          `The ${subjectOf(one)} can only be declared when the lease is taken: nothing tells whether it has changed since.`,
        );
      }
      rows.set(row, one);
    }
    const { tags, topics, namespace } = late.marks;
    const marks = this.#parts.generations.marks([...given.marks.tags, ...tags], namespace, [
      ...given.marks.topics,
      ...topics,
    ]);
    return { ...given, marks, dependencies: [...rows.values()], watched: 0 };
  }

  #checkClock({ since, steadySince }: Lease): void {
    const steady = this.#steady() - steadySince;
    const { lifetimeMs } = this.#parts.limits();
    if (steady > lifetimeMs)
      throw new LeaseRefused(`The lease is too old: one lasts ${lifetimeMs / 60_000} minutes.`);
    if (this.#parts.now() - since < steady - SETBACK) throw moved('the clock was set back');
  }

  async #checkRest({ dependencies }: Stamp, since: number): Promise<void> {
    const rest = new Rest(this.#parts.disk, since);
    const slices = new Slices();
    for (const one of dependencies) {
      const path = pathOf(one);
      if (path === undefined) continue;
      const doubt = await rest.doubtIncludingLinks(path);
      if (doubt) throw moved(`${subjectOf(one)} ${doubt}`);
      if (slices.due) await slices.pause();
    }
  }

  /** Waits, if that helps, until every change of what is declared from now on shows in its times. */
  async #quiet({ dependencies }: Stamp): Promise<void> {
    const paths = dependencies.flatMap((one) => pathOf(one) ?? []);
    const slices = new Slices();
    for (let waited = 0; waited < PATIENCE; waited += STEP) {
      const rest = new Rest(this.#parts.disk, this.#parts.now());
      while (paths.length > 0 && rest.doubt(paths.at(-1) as string) === undefined) {
        paths.pop();
        if (slices.due) await slices.pause();
      }
      if (paths.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, STEP));
    }
  }

  #take(token: string): Lease | undefined {
    const lease = this.#byToken.get(token);
    if (!lease) return undefined;
    this.#byToken.delete(token);
    this.#held -= lease.stamp.dependencies.length;
    return lease;
  }

  /** Voids the oldest, and those past their time. */
  #makeRoom(): void {
    const { leases, inputs, lifetimeMs } = this.#parts.limits();
    const late = this.#steady() - lifetimeMs;
    for (const [token, { steadySince }] of this.#byToken) {
      if (this.#byToken.size <= leases && this.#held <= inputs && steadySince >= late) return;
      this.drop(token);
    }
  }
}

function moved(what: string): LeaseRefused {
  return new LeaseRefused(`Something moved since the lease was given: ${what}.`);
}

function pathOf(one: Dependency): string | undefined {
  return 'path' in one ? one.path : undefined;
}
