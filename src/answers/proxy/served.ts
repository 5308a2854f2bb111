import { LRUCache } from 'lru-cache';

/** Agents that are followed, those that asked last. */
const MOST_AGENTS = 100;
/** Things told to one agent. */
const MOST_TOLD = 200;
/** How long it counts that something was told, ms. */
const LASTING_MS = 60 * 60_000;

/** Something as it was when it was told; `stamp` tells it from what is there later. */
interface Seen<S> {
  readonly key: string;
  readonly stamp: S;
  readonly at: number;
}

/**
 * What of one kind the cache's own tools have told to whom lately: what a model is asked may come of
 * it. Beyond the bounds the oldest is forgotten, so that what rests on it is not claimed to.
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
    if (seen.size <= MOST_TOLD) return;
    const [oldest] = seen.keys();
    if (oldest !== undefined) seen.delete(oldest);
  }

  has(agent: string, key: string): boolean {
    return this.#byAgent.peek(agent)?.has(key) === true;
  }

  /** Of the last hour, oldest first. */
  lately(agent: string): readonly Seen<S>[] {
    const since = this.#now() - LASTING_MS;
    return [...(this.#byAgent.get(agent)?.values() ?? [])].filter(({ at }) => at >= since);
  }
}
