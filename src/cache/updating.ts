import type { RequestOptions } from './asking.ts';
import type { Computing } from './computing.ts';
import { NO_INPUTS } from './guard.ts';
import type { Lookup } from './lookup.ts';
import type { Current, LowerLevel } from './lower-level.ts';
import { onLevel } from './namespace.ts';
import type { CacheState } from './state.ts';
import type { Storing } from './storing.ts';
import { applyUpdate, type Update, UpdateError } from './update.ts';

/** How often an update begins anew because another one, or a set or delete, came in between. */
const MOST_CONFLICTS = 1000;

interface Task<S> {
  readonly key: string;
  readonly update: Update;
  /** The stamp of a value that was not there before. */
  readonly fresh: () => S;
  readonly options: RequestOptions;
}

/**
 * Changes values in place, one change after the other: within this process always, between processes
 * where a level of the namespace can compare and swap.
 */
export class Updating<S> {
  readonly #state: CacheState<S>;
  readonly #lookup: Lookup<S>;
  readonly #storing: Storing<S>;
  readonly #computing: Computing<S>;
  readonly #lower: readonly LowerLevel<S>[];
  /** The last update under way per key. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(
    state: CacheState<S>,
    lookup: Lookup<S>,
    storing: Storing<S>,
    computing: Computing<S>,
    lower: readonly LowerLevel<S>[],
  ) {
    this.#state = state;
    this.#lookup = lookup;
    this.#storing = storing;
    this.#computing = computing;
    this.#lower = lower;
  }

  run(task: Task<S>): Promise<unknown> {
    const { key } = task;
    const before = this.#turns.get(key) ?? Promise.resolve();
    const turn = before.catch(() => {}).then(() => this.#untilDone(task)); // its own caller hears of a failure
    this.#turns.set(key, turn);
    const done = () => {
      if (this.#turns.get(key) === turn) this.#turns.delete(key);
    };
    turn.then(done, done);
    return turn;
  }

  async #untilDone(task: Task<S>): Promise<unknown> {
    for (let conflicts = 0; conflicts < MOST_CONFLICTS; conflicts++) {
      const done = await this.#once(task);
      if (done) return done.value;
    }
    throw new UpdateError(
      `${task.key} could not be updated: others change it all the time. Try again later.`,
    );
  }

  /** Undefined when something came in between. */
  async #once({ key, update, fresh, options }: Task<S>): Promise<{ readonly value: unknown } | undefined> {
    const { fences, namespaces, now, sharedMoment } = this.#state;
    const policy = options.policy ?? namespaces.of(key).policy;
    // The lowest level is the one that most writers share: its word counts, not memory's.
    const level = this.#lower.findLast(({ name, swaps }) => swaps && onLevel(policy, name, options.levels));
    if (this.#storing.writeBack.waits(key)) await this.#storing.writeBack.flush();
    const reading = fences.open(key);
    let before: Current<S>;
    const sharedAt = sharedMoment();
    try {
      const there = await level?.current({ key, miss: { reason: 'never-cached' } });
      // What that level has lost, another may still have.
      const answer =
        there && !('miss' in there.answer) ? there.answer : await this.#lookup.find(key, options);
      before = { answer, newest: there?.newest };
      if (reading.broken) return undefined;
    } finally {
      fences.close(key, reading);
    }
    const found = 'miss' in before.answer ? undefined : before.answer;
    if (found && this.#state.guard.variant(found.entry.stamp) !== NO_INPUTS) {
      throw new UpdateError(`${key} was computed from inputs: it is computed anew, not updated.`);
    }
    const value = applyUpdate(key, update, found?.value);
    if (value === undefined) return { value };
    fences.break(key); // like a set, it wins over what is being computed
    this.#state.catalog.forgetOlder(key);
    this.#computing.leave(key);
    const fence = fences.open(key);
    try {
      const left = found && found.entry.expiresAt !== 0 ? found.entry.expiresAt - now() : undefined;
      const ttlMs = options.ttlMs ?? left;
      const request = ttlMs === undefined ? options : { ...options, ttlMs };
      const draft = { value, stamp: found?.entry.stamp ?? fresh() };
      const item = { key, draft, costMs: 0, policy, request, fence, sharedAt, outside: true };
      const swapped = level && (await this.#storing.swap(item, level, before.newest));
      this.#computing.leave(key); // who began to look meanwhile may have found what was there before
      if (swapped !== undefined) return swapped ? { value } : undefined;
      const { kept, written } = await this.#storing.keep([item]);
      if (kept === 0 && !this.#state.closed) return undefined;
      await written;
      return { value };
    } finally {
      fences.close(key, fence);
    }
  }
}
