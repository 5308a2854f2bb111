import { compileGlob } from '../../../src/freshness/glob.ts';
import type { Selector } from '../../../src/freshness/selector.ts';

/** Places in the order of what happened; not a clock. */
type Place = number;
const NEVER = Number.POSITIVE_INFINITY;

/** One run of a computation, or one explicit set: where a value came from. */
export interface Origin {
  readonly id: number;
  readonly key: string;
  readonly kind: 'run' | 'set';
  readonly began: Place;
  settled: Place;
  readonly tags: readonly string[];
  /** Files whose content it read. */
  readonly files: Set<string>;
  /** Which try of its computation: after the third, a value may be given although its inputs moved. */
  readonly attempt: number;
  readonly answer: { text?: string };
  readonly ttlMs: number;
  /** Not before this time of the timeline's clock it must be gone. */
  expires: number;
  /** A level was cleared, or the value cannot be stored: it may be lost, though never replaced by an older one. */
  mayBeLost: boolean;
  /** Served from a level: whatever an older set said is over. */
  kept: Place;
}

interface Cut {
  readonly selector: Selector;
  readonly began: Place;
  settled: Place;
  readonly covers: (origin: Origin) => boolean;
}

/** A question under way. */
export interface Read {
  readonly key: string;
  readonly asked: Place;
  /** What a fresh computation would have said, at each moment so far. */
  readonly right: Set<string>;
  /** The earliest time the clock showed while it was under way. */
  earliest: number;
}

/** What the cache may and may not answer, from what was asked of it; knows nothing of how it works. */
export class Model {
  readonly #origins: Origin[] = [];
  readonly #cuts: Cut[] = [];
  #place: Place = 0;
  /** Before it, a failing disk may have undone what was acknowledged. */
  #doubtfulUntil: Place = 0;
  /** The disk fails in this timeline: what it holds may be older than what was said to it. */
  failing = false;

  next(): Place {
    return ++this.#place;
  }

  origin(
    kind: Origin['kind'],
    key: string,
    options: { tags?: readonly string[]; attempt?: number; ttlMs?: number; mayBeLost?: boolean } = {},
  ): Origin {
    const { tags = [], attempt = 1, ttlMs = 0, mayBeLost = false } = options;
    const began = this.next();
    const origin: Origin = {
      id: this.#origins.length,
      key,
      kind,
      began,
      settled: NEVER,
      tags,
      files: new Set(),
      attempt,
      answer: {},
      ttlMs,
      expires: NEVER,
      mayBeLost,
      kept: NEVER,
    };
    this.#origins.push(origin);
    return origin;
  }

  byId(id: number): Origin | undefined {
    return this.#origins[id];
  }

  cut(selector: Selector): Cut {
    const cut = { selector, began: this.next(), settled: NEVER, covers: coverage(selector) };
    // What is being set while an older value of its key is invalidated may be taken for it.
    for (const origin of this.#origins)
      if ('level' in selector || (origin.kind === 'set' && origin.settled === NEVER)) origin.mayBeLost = true;
    if ('level' in selector) return cut;
    this.#cuts.push(cut);
    return cut;
  }

  restarted(): void {
    if (this.failing) this.#doubtfulUntil = this.next();
  }

  /** Why this value must not answer this read; undefined when it may. */
  objection(read: Read, origin: Origin): string | undefined {
    if (origin.key !== read.key) return `it belongs to ${origin.key}`;
    for (const cut of this.#cuts) {
      if (cut.began < this.#doubtfulUntil || cut.settled >= read.asked || !cut.covers(origin)) continue;
      const before = origin.kind === 'run' ? origin.began < cut.began : origin.settled < cut.began;
      if (before) return `it is from before the invalidation of ${JSON.stringify(cut.selector)}`;
    }
    if (origin.expires <= read.earliest) return 'its lifetime has passed';
    return this.#superseded(read, origin);
  }

  /** The set value that a read of a resting cache must find. */
  due(key: string, now: number): Origin | undefined {
    if (this.failing) return undefined;
    let last: Origin | undefined;
    for (const origin of this.#origins) {
      if (origin.key !== key) continue;
      if (origin.kind === 'set') last = origin;
      else if (last && origin.began > last.began) last = undefined;
    }
    if (!last || last.mayBeLost || last.ttlMs > 0 || last.expires <= now) return undefined;
    const set = last;
    return this.#cuts.some((cut) => cut.settled > set.began && cut.covers(set)) ? undefined : set;
  }

  #superseded(read: Read, origin: Origin): string | undefined {
    for (const other of this.#origins) {
      if (other.key !== origin.key || other === origin || other.began < this.#doubtfulUntil) continue;
      if (other.kind === 'set' && other.settled < read.asked) {
        if (origin.kind === 'set' && origin.settled < other.began) return `set ${other.id} came after it`;
        if (origin.kind === 'run' && origin.began < other.began && this.#lasts(other))
          return `set ${other.id} came after its computation began`;
      }
      if (other.kind === 'run' && other.kept < read.asked && origin.kind === 'set') {
        if (origin.settled < other.began && !this.failing) return `computation ${other.id} replaced it`;
      }
    }
    return undefined;
  }

  #lasts(set: Origin): boolean {
    if (set.ttlMs > 0 || this.failing) return false;
    return !this.#cuts.some((cut) => cut.settled > set.began && cut.covers(set));
  }
}

function coverage(selector: Selector): (origin: Origin) => boolean {
  if ('all' in selector) return () => true;
  if ('key' in selector) return ({ key }) => key === selector.key;
  if ('keys' in selector) return ({ key }) => selector.keys.includes(key);
  if ('namespace' in selector) return ({ key }) => key.startsWith(`${selector.namespace}:`);
  if ('file' in selector) return ({ files }) => files.has(selector.file);
  if ('pattern' in selector) {
    const matches = compileGlob(selector.pattern);
    return ({ key }) => matches(key);
  }
  if ('tag' in selector) {
    return ({ tags }) => tags.some((tag) => tag === selector.tag || tag.startsWith(`${selector.tag}/`));
  }
  return () => false;
}
