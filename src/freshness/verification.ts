import { type Miss, UNSURE } from '../cache/guard.ts';
import type { FileId } from './context.ts';
import { contentOf, type Dependency, nameOf, subjectOf } from './dependency.ts';
import { Session } from './entries/session.ts';
import type { Fingerprint } from './fingerprints.ts';
import type { Generation, Generations } from './generations.ts';
import type { Inputs } from './inputs.ts';
import type { Stamp } from './stamp.ts';
import { WatchTrust } from './watch-trust.ts';

/** More dependencies than this, those of entries below counted, are verified with pauses, off the synchronous path. */
const MOST_AT_ONCE = 256;
/** Entries below each other that the synchronous check follows; a session looks at each of more only once. */
const DEEPEST = 8;
/** How often a stamp is verified again because an input moved while others were looked at. */
const MOST_PASSES = 3;

/** Compares stamps with the invalidations so far and with the inputs as they are, the cheapest first. */
export class Verification {
  readonly #inputs: Inputs;
  readonly #generations: Generations;
  readonly #trust: WatchTrust;
  /** Dependencies that the synchronous check under way may still look at. */
  #left = 0;
  /** Entries below each other in the check under way. */
  #depth = 0;
  readonly #glanceHolds = (stamp: Stamp): boolean => {
    if (this.#depth === DEEPEST) return false;
    this.#depth++;
    const holds = this.#check(stamp) === undefined;
    this.#depth--;
    return holds;
  };

  constructor(inputs: Inputs, generations: Generations, trust: WatchTrust = DISTRUST) {
    this.#inputs = inputs;
    this.#generations = generations;
    this.#trust = trust;
  }

  /** See `Guard.check`. */
  check(stamp: Stamp): Miss | undefined {
    this.#left = MOST_AT_ONCE;
    return this.#check(stamp);
  }

  /** See `Guard.verify`. */
  verify(stamp: Stamp, key: string, signal?: AbortSignal): Promise<Miss | undefined> {
    return this.#verify(stamp, new Session(key, signal));
  }

  async #verify(stamp: Stamp, session: Session): Promise<Miss | undefined> {
    const epoch = this.#epochFor(stamp);
    const miss = await this.#verifyTogether(stamp, session);
    stamp.watched = miss === undefined ? epoch : 0;
    return miss;
  }

  /** See `Guard.verifier`. */
  verifier(key: string, signal?: AbortSignal): (stamp: Stamp) => Promise<Miss | undefined> {
    const session = new Session(key, signal);
    return (stamp) => this.#verify(stamp, session);
  }

  /** See `Guard.verifyOnce`. */
  verifyOnce(stamp: Stamp, key: string, signal?: AbortSignal): Promise<Miss | undefined> {
    return this.#verifyOneByOne(stamp, new Session(key, signal));
  }

  /** See `Guard.verifyOwn`. */
  verifyOwn(stamp: Stamp, key: string): Promise<Miss | undefined> {
    const own = stamp.dependencies.filter(({ on }) => on !== 'entry');
    return this.verify({ ...stamp, dependencies: own }, key);
  }

  #check(stamp: Stamp): Miss | undefined {
    const { dependencies } = stamp;
    if (dependencies.length === 0 && stamp.marks.holdSince(stamp.started)) return undefined;
    const invalidated = this.#invalidated(stamp);
    if (invalidated) return invalidated;
    if (stamp.watched !== 0 && this.#trust.vouches(stamp.watched)) return undefined;
    this.#left -= dependencies.length;
    if (this.#left < 0) return UNSURE;
    let unsure = false;
    for (let i = 0; i < dependencies.length; i++) {
      const dependency = dependencies[i] as Dependency;
      const state = this.#inputs.glance(dependency, this.#glanceHolds);
      if (state === undefined) unsure = true;
      else if (!meets(dependency, state)) {
        stamp.watched = 0; // it may hold again, and nobody tells of it meanwhile
        return changed(dependency, state);
      }
    }
    if (unsure) return UNSURE;
    stamp.watched = this.#epochFor(stamp);
    return undefined;
  }

  /** A watcher knows of files, not of values and of what other entries rest on. */
  #epochFor({ marks, dependencies }: Stamp): number {
    const epoch = this.#trust.epochFor(marks.namespace);
    return epoch !== 0 && dependencies.every((on) => 'path' in on || on.on === 'glob') ? epoch : 0;
  }

  async #verifyTogether(stamp: Stamp, first: Session): Promise<Miss | undefined> {
    const again = () => new Session(first.asker, first.signal);
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      const miss = await this.#verifyOneByOne(stamp, pass === 0 ? first : again());
      if (miss !== undefined) return miss;
      const together = this.#heldTogether(stamp);
      if (together) return undefined;
      // What held in two passes held in between, while the others did.
      if (together === undefined) return this.#verifyOneByOne(stamp, again());
    }
    return { reason: 'changed', detail: 'the inputs do not come to rest' };
  }

  async #verifyOneByOne(stamp: Stamp, session: Session): Promise<Miss | undefined> {
    const { dependencies } = stamp;
    const verify = (below: Stamp) => this.#verifyOneByOne(below, session);
    const many =
      dependencies.length > MOST_AT_ONCE ? await this.#inputs.fingerprints.glanceMany(read(stamp)) : NONE;
    for (let i = 0; i < dependencies.length; i++) {
      if (session.signal?.aborted) return CALLED_OFF;
      const dependency = dependencies[i] as Dependency;
      const seen = isRead(dependency) ? many.get(dependency.path) : undefined;
      const glance = seen ?? (dependency.on === 'entry' ? undefined : this.#inputs.glance(dependency, NEVER));
      const state = glance ?? (await this.#inputs.settle(dependency, session, verify));
      if (state === undefined) {
        return { reason: 'changed', detail: `${subjectOf(dependency)} cannot be read` };
      }
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
    if (dependencies.length > MOST_AT_ONCE) return true;
    if (dependencies.length === 1 && dependencies[0]?.on !== 'entry') return true;
    this.#left = MOST_AT_ONCE;
    let unsure = false;
    for (const dependency of dependencies) {
      const state = this.#inputs.glance(dependency, this.#glanceHolds);
      if (state === undefined) unsure = true;
      else if (!meets(dependency, state)) return false;
    }
    return unsure ? undefined : true;
  }

  #invalidated({ marks, started, dependencies }: Stamp): Miss | undefined {
    if (!marks.holdSince(started)) return invalidated(marks.last);
    if (this.#generations.newestOfFiles <= started) return undefined;
    for (const dependency of dependencies) {
      const file = contentOf(dependency);
      const generation = file === undefined ? undefined : this.#generations.ofFile(file);
      if (generation && generation.at > started) return invalidated(generation);
    }
    return undefined;
  }
}

const CALLED_OFF: Miss = { reason: 'changed', detail: 'nobody waits to know whether it did' };
const NEVER = () => false;
const NONE: ReadonlyMap<string, Fingerprint | undefined> = new Map();
const DISTRUST = new WatchTrust(NEVER, NEVER);

/** Paths whose content or names it rests on. */
function read({ dependencies }: Stamp): FileId[] {
  return dependencies.filter(isRead).map(({ path }) => path);
}

function isRead(dependency: Dependency): dependency is Extract<Dependency, { on: 'content' | 'names' }> {
  return dependency.on === 'content' || dependency.on === 'names';
}

function meets(dependency: Dependency, state: Fingerprint): boolean {
  if (state.kind === 'unreadable') return false;
  switch (dependency.on) {
    case 'kind':
      return state.kind === dependency.kind;
    case 'content':
      return dependency.digest === (state.kind === 'file' ? state.digest : null);
    case 'names':
      return dependency.digest === (state.kind === 'folder' ? state.digest : null);
    default:
      return dependency.digest === state.digest;
  }
}

function invalidated({ at, cause }: Generation): Miss {
  return { reason: 'invalidated', detail: cause, since: at };
}

function changed(dependency: Dependency, state: Fingerprint): Miss {
  const was = dependency.on === 'kind' ? dependency.kind : dependency.digest;
  const gone = state.kind === null || (state.kind === 'value' && state.digest === null);
  let what = was === null ? 'appeared' : gone ? 'is gone' : 'changed';
  if (dependency.on === 'over') what = `has no more than ${dependency.bytes} bytes`;
  if (state.kind === 'unreadable') what = 'cannot be read';
  const { on } = dependency;
  const subject =
    on === 'names' && what === 'changed' ? `the list of ${subjectOf(dependency)}` : subjectOf(dependency);
  const input = {
    on,
    name: nameOf(dependency),
    state: state.kind === null ? null : (state.digest ?? state.kind),
  };
  return { reason: 'changed', detail: `${subject} ${what}`, input };
}
