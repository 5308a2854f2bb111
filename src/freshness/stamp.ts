import * as z from 'zod';
import { digest } from '../cache/digest.ts';
import { type Guard, type Miss, NO_INPUTS, UNSURE } from '../cache/guard.ts';
import { type Dependency, dumpDependency, reviveDependency, storedDependencies } from './dependency.ts';
import type { Fingerprint, Fingerprints } from './fingerprints.ts';
import { fileName, type Generations, type Marks } from './generations.ts';

/** What must still hold for an entry to be true. */
export interface Stamp {
  readonly marks: Marks;
  /** Place in the sequence of invalidations when the computation began. */
  readonly started: number;
  readonly dependencies: readonly Dependency[];
}

/** More dependencies than this are verified with pauses, off the synchronous path. */
const MOST_AT_ONCE = 256;
/** A result of more inputs stays on this machine: it could not be invalidated by one of them elsewhere. */
const MOST_NAMED = 1000;
/** How often a stamp is verified again because an input moved while others were looked at. */
const MOST_PASSES = 3;

const stored = z.object({
  n: z.string(),
  t: z.array(z.string()),
  s: z.number().int().nonnegative(),
  d: storedDependencies,
});

/** Judges stamps by the invalidations so far and by the files as they are. */
export class StampGuard implements Guard<Stamp> {
  readonly #fingerprints: Fingerprints;
  readonly #generations: Generations;
  readonly #bare = new WeakMap<Marks, Stamp>();
  /** Without tags. */
  #lastBare: Stamp | undefined;

  constructor(fingerprints: Fingerprints, generations: Generations) {
    this.#fingerprints = fingerprints;
    this.#generations = generations;
  }

  /** Of what rests on no input and begins now: one object for all of the same tags, as they can be many. */
  bare(tags: readonly string[], namespace: string): Stamp {
    const { sequence } = this.#generations;
    const last = this.#lastBare;
    if (tags.length === 0 && last?.marks.namespace === namespace && last.started === sequence) return last;
    const marks = this.#generations.marks(tags, namespace);
    let stamp = this.#bare.get(marks);
    if (stamp?.started !== sequence) {
      stamp = { marks, started: sequence, dependencies: [] };
      this.#bare.set(marks, stamp);
    }
    if (tags.length === 0) this.#lastBare = stamp;
    return stamp;
  }

  check(stamp: Stamp): Miss | undefined {
    const { dependencies } = stamp;
    if (dependencies.length === 0 && stamp.marks.holdSince(stamp.started)) return undefined;
    const invalidated = this.#invalidated(stamp);
    if (invalidated) return invalidated;
    if (dependencies.length > MOST_AT_ONCE) return UNSURE;
    let unsure = false;
    for (let i = 0; i < dependencies.length; i++) {
      const dependency = dependencies[i] as Dependency;
      const state = this.#glance(dependency);
      if (state === undefined) unsure = true;
      else if (!meets(dependency, state)) return changed(dependency, state);
    }
    return unsure ? UNSURE : undefined;
  }

  async verify(stamp: Stamp): Promise<Miss | undefined> {
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      const miss = await this.#verifyOneByOne(stamp);
      if (miss !== undefined) return miss;
      const together = this.#heldTogether(stamp);
      if (together) return undefined;
      // What held in two passes held in between, while the others did.
      if (together === undefined) return this.#verifyOneByOne(stamp);
    }
    return { reason: 'changed', detail: 'the inputs do not come to rest' };
  }

  variant(stamp: Stamp): string {
    if (stamp.dependencies.length === 0) return NO_INPUTS;
    return digest(
      JSON.stringify(stamp.dependencies.map((dependency) => dumpDependency(dependency, undefined))),
    );
  }

  dump(stamp: Stamp): unknown {
    const { marks, started, dependencies } = stamp;
    const d = dependencies.map((dependency) => {
      const seenAs =
        dependency.on === 'kind' || dependency.digest === null
          ? undefined
          : this.#fingerprints.seen(dependency.path, dependency.digest);
      return dumpDependency(dependency, seenAs);
    });
    return { n: marks.namespace, t: marks.tags, s: started, d };
  }

  portable(dumped: unknown): unknown {
    const { n, t, d } = stored.parse(dumped);
    return { n, t, s: 0, d: d.map((row) => (row[0] === 'k' ? row : row.slice(0, 3))) };
  }

  moment(): number {
    return this.#generations.sequence;
  }

  names({ marks, dependencies }: Stamp): readonly string[] | undefined {
    if (dependencies.length > MOST_NAMED) return undefined;
    const files = dependencies.flatMap((dependency) =>
      dependency.on === 'content' && dependency.digest !== null ? [fileName(dependency.path)] : [],
    );
    return [...marks.names, ...files];
  }

  revive(dumped: unknown, moment?: number): Stamp | undefined {
    const parsed = stored.safeParse(dumped);
    if (!parsed.success) return undefined;
    const { n, t, s, d } = parsed.data;
    const dependencies = d.map((row) => {
      const { dependency, seen } = reviveDependency(row);
      if (seen && dependency.on !== 'kind' && dependency.digest !== null) {
        const kind = dependency.on === 'content' ? 'file' : 'folder';
        this.#fingerprints.seed(dependency.path, kind, dependency.digest, seen);
      }
      return dependency;
    });
    return { marks: this.#generations.marks(t, n), started: moment ?? s, dependencies };
  }

  async #verifyOneByOne(stamp: Stamp): Promise<Miss | undefined> {
    const { dependencies } = stamp;
    for (let i = 0; i < dependencies.length; i++) {
      const dependency = dependencies[i] as Dependency;
      const state = this.#glance(dependency) ?? (await this.#fingerprints.settle(dependency.path));
      if (state === undefined) return { reason: 'changed', detail: `${dependency.path} cannot be read` };
      if (!meets(dependency, state)) return changed(dependency, state);
      if (i % MOST_AT_ONCE === MOST_AT_ONCE - 1) await new Promise(setImmediate);
    }
    return this.#invalidated(stamp);
  }

  /**
   * Whether all inputs are at this very moment as they were found one by one: between the first and
   * the last of them the files may have moved from one state to another, and the value belong to
   * neither. Undefined when stats cannot tell. So many inputs that this would hold the thread are
   * trusted.
   */
  #heldTogether({ dependencies }: Stamp): boolean | undefined {
    if (dependencies.length === 1 || dependencies.length > MOST_AT_ONCE) return true;
    let unsure = false;
    for (const dependency of dependencies) {
      const state = this.#glance(dependency);
      if (state === undefined) unsure = true;
      else if (!meets(dependency, state)) return false;
    }
    return unsure ? undefined : true;
  }

  #invalidated({ marks, started, dependencies }: Stamp): Miss | undefined {
    if (!marks.holdSince(started)) return { reason: 'invalidated', detail: marks.cause };
    if (this.#generations.newestOfFiles <= started) return undefined;
    for (const dependency of dependencies) {
      if (dependency.on !== 'content' || dependency.digest === null) continue;
      const generation = this.#generations.ofFile(dependency.path);
      if (generation && generation.at > started) return { reason: 'invalidated', detail: generation.cause };
    }
    return undefined;
  }

  #glance(dependency: Dependency): Fingerprint | undefined {
    if (dependency.on === 'kind') return this.#fingerprints.kind(dependency.path);
    return this.#fingerprints.probe(dependency.path);
  }
}

function meets(dependency: Dependency, state: Fingerprint): boolean {
  if (state.kind === 'unreadable') return false;
  if (dependency.on === 'kind') return state.kind === dependency.kind;
  const kind = dependency.on === 'content' ? 'file' : 'folder';
  return dependency.digest === (state.kind === kind ? state.digest : null);
}

function changed(dependency: Dependency, state: Fingerprint): Miss {
  const was = dependency.on === 'kind' ? dependency.kind : dependency.digest;
  let what = was === null ? 'appeared' : state.kind === null ? 'is gone' : 'changed';
  if (state.kind === 'unreadable') what = 'cannot be read';
  return { reason: 'changed', detail: `${dependency.path || '(workspace folder)'} ${what}` };
}
