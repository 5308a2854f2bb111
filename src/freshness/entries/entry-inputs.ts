import type { Outcome } from '../../cache/asking.ts';
import type { Entry } from '../../cache/entry.ts';
import type { Miss } from '../../cache/guard.ts';
import type { Stamp } from '../stamp.ts';
import { outputDigest } from './output.ts';
import type { Recipe, Recipes } from './recipes.ts';
import type { Session } from './session.ts';
import { Waits } from './waits.ts';

/** The cache as entries that rest on entries need it. */
export interface EntrySource {
  entry(key: string): Entry<Stamp> | undefined;
  expired(entry: Entry<Stamp>): boolean;
  retire(entry: Entry<Stamp>, miss: Miss): void;
  /** Undefined when no level has it. Counts neither as a hit nor as a miss. */
  find(key: string): Promise<unknown>;
  /** Serves or computes. What the session has found is told to the computation. */
  ask(key: string, recipe: Recipe, how: Asking): Promise<Outcome<unknown>>;
}

interface Asking {
  /** Counts neither as a hit nor as a miss. */
  readonly ahead: boolean;
  readonly session: Session | undefined;
  readonly signal?: AbortSignal;
}

/** Keys settled one below the other before the stack is given back. */
const DEEPEST = 50;

/** The state of entries as inputs of others: the digest of the value they have, or would have, now. */
export class EntryInputs {
  readonly #source: EntrySource;
  readonly #recipes: Recipes;
  readonly #waits = new Waits();

  constructor(source: EntrySource, recipes: Recipes) {
    this.#source = source;
    this.#recipes = recipes;
  }

  /** At the price of the synchronous check that is given; undefined when only {@link settle} can tell. */
  glance(key: string, holds: (stamp: Stamp) => boolean): string | undefined {
    const entry = this.#source.entry(key);
    if (!entry?.inMemory || this.#source.expired(entry) || !holds(entry.stamp)) return undefined;
    return outputDigest(entry.value);
  }

  /**
   * The state at some moment after the session began, for which the entry is brought up to date, and
   * what it rests on before it. Undefined when it cannot be: nobody knows how it is computed, it
   * fails, or it rests on itself.
   */
  async settle(
    key: string,
    session: Session,
    verify: (stamp: Stamp) => Promise<Miss | undefined>,
  ): Promise<string | undefined> {
    const known = session.states.get(key);
    if (known !== undefined) return known.digest;
    const state: { digest: string | undefined } = { digest: undefined };
    session.states.set(key, state); // who comes back to it on the way has gone round in a circle
    if (session.states.size % DEEPEST === 0) await new Promise(setImmediate);
    const entry = this.#source.entry(key);
    if (entry?.inMemory && !this.#source.expired(entry)) {
      const { value } = entry;
      const miss = await verify(entry.stamp);
      if (miss === undefined) state.digest = outputDigest(value);
      else if (session.signal?.aborted) return undefined;
      else this.#source.retire(entry, miss);
    }
    state.digest ??= await this.#renew(key, session);
    return state.digest;
  }

  /**
   * The value and its digest, for a computation of `asker`, and the session in which that was found
   * to be due. Rejects with an EntryCycleError, and with what the recipe throws.
   */
  async ask<T>(
    asker: string,
    key: string,
    recipe: Recipe,
    session: Session | undefined,
    signal: AbortSignal,
  ): Promise<[T, string]> {
    const waiting = this.#waits.computing(asker, key);
    try {
      this.#recipes.remember(key, recipe);
      const settled = this.#settled(key, session);
      const value = settled
        ? settled.value
        : (await this.#source.ask(key, recipe, { ahead: false, session, signal })).value;
      return [value as T, outputDigest(value)];
    } finally {
      waiting.end();
    }
  }

  /** The entry that the session has brought up to date. */
  #settled(key: string, session: Session | undefined): Entry<Stamp> | undefined {
    const digest = session?.states.get(key)?.digest;
    const entry = digest === undefined ? undefined : this.#source.entry(key);
    return entry?.inMemory && outputDigest(entry.value) === digest ? entry : undefined;
  }

  async #renew(key: string, session: Session): Promise<string | undefined> {
    let abandon = () => {};
    const abandoned = new Promise<undefined>((resolve) => {
      abandon = () => resolve(undefined);
    });
    const waiting = this.#waits.verifying(session.asker, key, abandon);
    if (!waiting) return undefined;
    const signal = session.signal && { signal: session.signal };
    const renewing = async () => {
      const recipe = this.#recipes.of(key);
      // What a level below has can be told without knowing how it is computed.
      const value = recipe
        ? (await this.#source.ask(key, recipe, { ahead: true, session, ...signal })).value
        : await this.#source.find(key);
      return recipe || value !== undefined ? outputDigest(value) : undefined;
    };
    try {
      // Whoever asks for the entry above learns of a failure: it is computed, and asks for this one.
      return await Promise.race([renewing().catch(() => undefined), abandoned]);
    } finally {
      waiting.end();
    }
  }
}
