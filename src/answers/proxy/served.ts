import { LRUCache } from 'lru-cache';

/** Agents that are followed, those that asked last. */
const MOST_AGENTS = 100;
/** Entries of one agent. */
const MOST_ENTRIES = 200;
/** How long it counts that an entry was served, ms. */
const LASTING_MS = 60 * 60_000;

/** An entry as it was when it was served; `stamp` tells it from what was computed later. */
interface Seen<S> {
  readonly key: string;
  readonly stamp: S;
  readonly at: number;
}

/**
 * Which entries the cache's own tools have served to whom lately: what a model is asked may come of
 * them. Beyond the bounds the oldest are forgotten, so that what rests on them is not claimed to.
 */
export class Served<S> {
  readonly #now: () => number;
  readonly #byAgent = new LRUCache<string, Map<string, Seen<S>>>({ max: MOST_AGENTS });

  constructor(now: () => number) {
    this.#now = now;
  }

  add(agent: string, key: string, stamp: S): void {
    let seen = this.#byAgent.get(agent);
    if (!seen) {
      seen = new Map();
      this.#byAgent.set(agent, seen);
    }
    seen.delete(key); // to its end
    seen.set(key, { key, stamp, at: this.#now() });
    if (seen.size <= MOST_ENTRIES) return;
    const [oldest] = seen.keys();
    if (oldest !== undefined) seen.delete(oldest);
  }

  /** Of the last hour, oldest first. */
  lately(agent: string): readonly Seen<S>[] {
    const since = this.#now() - LASTING_MS;
    return [...(this.#byAgent.get(agent)?.values() ?? [])].filter(({ at }) => at >= since);
  }
}
