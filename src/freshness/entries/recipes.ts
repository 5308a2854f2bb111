import { LRUCache } from 'lru-cache';
import type { ComputeContext } from '../context.ts';

/** How an entry is computed again: what it asks its own context for is what it rests on. */
export type Recipe = (context: ComputeContext) => Promise<unknown>;

/** Recipes remembered; one that is forgotten costs the entries above it a computation. */
const MOST_RECIPES = 10_000;

/** How entries that others rest on are computed, so that they can be brought up to date below them. */
export class Recipes {
  readonly #byKey = new LRUCache<string, Recipe>({ max: MOST_RECIPES });
  readonly #known: (key: string) => Recipe | undefined;

  /** `known` tells it for keys that speak for themselves, also after a restart. */
  constructor(known: (key: string) => Recipe | undefined = () => undefined) {
    this.#known = known;
  }

  remember(key: string, recipe: Recipe): void {
    this.#byKey.set(key, recipe);
  }

  of(key: string): Recipe | undefined {
    return this.#byKey.get(key) ?? this.#known(key);
  }
}
