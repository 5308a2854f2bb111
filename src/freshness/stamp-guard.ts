import * as z from 'zod';
import { digest } from '../cache/digest.ts';
import { type Guard, type Miss, NO_INPUTS } from '../cache/guard.ts';
import {
  contentOf,
  dumpDependency,
  portableDependency,
  reviveDependency,
  storedDependencies,
} from './dependency.ts';
import type { Fingerprints } from './fingerprints.ts';
import { fileName, type Generations, type Marks } from './generations.ts';
import type { Inputs } from './inputs.ts';
import type { Stamp } from './stamp.ts';
import { Verification } from './verification.ts';
import type { WatchTrust } from './watch-trust.ts';

/** A result of more inputs stays on this machine: it could not be invalidated by one of them elsewhere. */
const MOST_NAMED = 1000;

const stored = z.object({
  n: z.string(),
  t: z.array(z.string()),
  o: z.array(z.string()).optional(),
  s: z.number().int().nonnegative(),
  d: storedDependencies,
});

/** Judges stamps by the invalidations so far and by the inputs as they are. */
export class StampGuard implements Guard<Stamp> {
  readonly #verification: Verification;
  readonly #fingerprints: Fingerprints;
  readonly #generations: Generations;
  readonly #bare = new WeakMap<Marks, Stamp>();
  /** Without tags. */
  #lastBare: Stamp | undefined;

  constructor(inputs: Inputs, generations: Generations, trust?: WatchTrust) {
    this.#verification = new Verification(inputs, generations, trust);
    this.#fingerprints = inputs.fingerprints;
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
      stamp = { marks, started: sequence, dependencies: [], watched: 0 };
      this.#bare.set(marks, stamp);
    }
    if (tags.length === 0) this.#lastBare = stamp;
    return stamp;
  }

  check(stamp: Stamp): Miss | undefined {
    return this.#verification.check(stamp);
  }

  verify(stamp: Stamp, key: string, signal?: AbortSignal): Promise<Miss | undefined> {
    return this.#verification.verify(stamp, key, signal);
  }

  verifier(key: string, signal?: AbortSignal): (stamp: Stamp) => Promise<Miss | undefined> {
    return this.#verification.verifier(key, signal);
  }

  verifyOnce(stamp: Stamp, key: string, signal?: AbortSignal): Promise<Miss | undefined> {
    return this.#verification.verifyOnce(stamp, key, signal);
  }

  verifyOwn(stamp: Stamp, key: string): Promise<Miss | undefined> {
    return this.#verification.verifyOwn(stamp, key);
  }

  isPlain({ dependencies }: Stamp): boolean {
    return dependencies.every(({ on }) => on !== 'entry');
  }

  variant(stamp: Stamp): string {
    if (stamp.dependencies.length === 0) return NO_INPUTS;
    return digest(JSON.stringify(stamp.dependencies.map((dependency) => dumpDependency(dependency))));
  }

  dump(stamp: Stamp): unknown {
    const { marks, started, dependencies } = stamp;
    const d = dependencies.map((dependency) => {
      const seenAs =
        (dependency.on === 'content' || dependency.on === 'names') && dependency.digest !== null
          ? this.#fingerprints.seen(dependency.path, dependency.digest)
          : undefined;
      return dumpDependency(dependency, seenAs);
    });
    const topics = marks.topics.length > 0 && { o: marks.topics };
    return { n: marks.namespace, t: marks.tags, ...topics, s: started, d };
  }

  portable(dumped: unknown): unknown {
    const { n, t, o, d } = stored.parse(dumped);
    return { n, t, ...(o && { o }), s: 0, d: d.map(portableDependency) };
  }

  moment(): number {
    return this.#generations.sequence;
  }

  names({ marks, dependencies }: Stamp): readonly string[] | undefined {
    if (dependencies.length > MOST_NAMED) return undefined;
    const files = dependencies.flatMap((dependency) => {
      const file = contentOf(dependency);
      return file === undefined ? [] : [fileName(file)];
    });
    return [...marks.names, ...files];
  }

  revive(dumped: unknown, moment?: number): Stamp | undefined {
    const parsed = stored.safeParse(dumped);
    if (!parsed.success) return undefined;
    const { n, t, o, s, d } = parsed.data;
    const dependencies = d.map((row) => {
      const { dependency, seen } = reviveDependency(row);
      if (seen && (dependency.on === 'content' || dependency.on === 'names') && dependency.digest !== null) {
        const kind = dependency.on === 'content' ? 'file' : 'folder';
        this.#fingerprints.seed(dependency.path, kind, dependency.digest, seen);
      }
      return dependency;
    });
    return { marks: this.#generations.marks(t, n, o), started: moment ?? s, dependencies, watched: 0 };
  }
}
