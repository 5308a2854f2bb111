import { type Entry, ON_FILE, VACANT } from './entry.ts';
import type { Fence } from './fences.ts';
import { type Miss, UNSURE } from './guard.ts';
import type { Found, LowerLevel, Missed, Put } from './lower-level.ts';
import { isBypassed, onLevel } from './namespace.ts';
import type { Level, Policy } from './policy/policy.ts';
import type { CacheState } from './state.ts';
import type { WriteBack } from './write-back.ts';

export type Answer<S> = Found<S> | Missed;

export interface Looking {
  /** These levels only. */
  readonly levels?: readonly Level[] | undefined;
  /** Instead of the namespace's, as for one agent. */
  readonly policy?: Policy | undefined;
  /** For a computation that rests on the value, and is verified itself. */
  readonly below?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One key on its way down the levels. */
interface Search<S> {
  readonly key: string;
  readonly fence: Fence;
  readonly signal: AbortSignal | undefined;
  answer: Answer<S>;
}

/** Finds values on the first level that has them fresh, and promotes them to the levels above. */
export class Lookup<S> {
  readonly #state: CacheState<S>;
  readonly #lower: readonly LowerLevel<S>[];
  readonly #writeBack: WriteBack<S>;

  constructor(state: CacheState<S>, lower: readonly LowerLevel<S>[], writeBack: WriteBack<S>) {
    this.#state = state;
    this.#lower = lower;
    this.#writeBack = writeBack;
  }

  /** The miss of a key that no level below memory could have, when that can be told at once. */
  missInMemory(key: string): Miss | undefined {
    const { catalog, namespaces } = this.#state;
    const { policy } = namespaces.of(key);
    if (this.#lower.some(({ name }) => usable(policy, name, undefined))) return undefined;
    const known = catalog.get(key);
    if (catalog.older.has(key)) return undefined;
    if (!known) return this.#state.absence(key);
    const verdict = this.#state.verdict(known);
    if (verdict === undefined || verdict === UNSURE || this.#writeBack.held(known)) return undefined;
    if (verdict.reason !== 'invalidated') catalog.retire(known, verdict); // else it is on its way out
    return verdict;
  }

  /** Rejects with the signal's reason when it is aborted meanwhile. */
  async find(key: string, looking: Looking = NO_WISHES): Promise<Answer<S>> {
    const [answer] = await this.findMany([key], looking);
    return answer as Answer<S>;
  }

  /** In the order of the keys; each level below memory is asked once for all of them. */
  async findMany(keys: readonly string[], looking: Looking): Promise<Answer<S>[]> {
    const { levels, policy, below = false, signal } = looking;
    const { fences, namespaces } = this.#state;
    // Asked at a level below memory, it has to have what memory has.
    if (levels && keys.some((key) => this.#writeBack.waits(key))) await this.#writeBack.flush();
    const searches = keys.map((key): Search<S> => {
      return { key, fence: fences.open(key), signal, answer: { miss: this.#state.absence(key) } };
    });
    try {
      await Promise.all(searches.map((search) => this.#inMemory(search, levels, below)));
      for (const level of this.#lower) {
        const open = searches.filter(
          ({ key, fence, answer }) =>
            'miss' in answer &&
            !fence.broken &&
            !this.#writeBack.outdates(key) &&
            // What is there may have been stored under either.
            (usable(namespaces.of(key).policy, level.name, levels) ||
              (policy !== undefined && usable(policy, level.name, levels))),
        );
        if (open.length > 0) await this.#below(level, open, looking);
      }
      return searches.map(({ fence, answer }) =>
        fence.broken && 'miss' in answer ? { ...answer, miss: INVALIDATED } : answer,
      );
    } finally {
      for (const { key, fence } of searches) fences.close(key, fence);
    }
  }

  async #inMemory(search: Search<S>, levels: readonly Level[] | undefined, below: boolean): Promise<void> {
    if (levels && !levels.includes('memory')) return;
    const { catalog } = this.#state;
    const older = catalog.older.of(search.key); // without the one that is found not to hold now
    const known = catalog.get(search.key);
    const held = known && (known.inMemory ? known : this.#writeBack.held(known));
    if (held) {
      const { value } = held;
      const { signal } = search;
      const verdict =
        this.#state.expired(known) ?? (await this.#state.judge(known.key, known.stamp, below, signal));
      signal?.throwIfAborted(); // a verdict that was called off is none
      if (verdict === undefined) {
        if (!search.fence.broken) search.answer = { entry: known, value, from: 'memory' };
        return;
      }
      search.answer = { miss: verdict };
      catalog.retire(known, verdict);
    }
    for (const entry of older) if (await this.#holdsAgain(search, entry)) return;
  }

  /** Whether the inputs are again as they were for a result that memory has kept. */
  async #holdsAgain(search: Search<S>, entry: Entry<S>): Promise<boolean> {
    const { catalog } = this.#state;
    const verdict =
      this.#state.expired(entry) ?? (await this.#state.judge(entry.key, entry.stamp, false, search.signal));
    search.signal?.throwIfAborted();
    const kept = entry.inMemory && catalog.older.of(entry.key).includes(entry);
    if (kept && verdict && verdict.reason !== 'changed') catalog.forgetOlder(entry.key);
    if (!kept || verdict || search.fence.broken || catalog.get(entry.key)) return false;
    search.answer = { entry, value: entry.value, from: 'memory' };
    catalog.admit(entry);
    return true;
  }

  async #below(
    level: LowerLevel<S>,
    searches: readonly Search<S>[],
    { levels, policy }: Looking,
  ): Promise<void> {
    const { catalog } = this.#state;
    const asks = searches.map(({ key, answer, signal }) => {
      return { key, signal, miss: (answer as Missed).miss, listed: catalog.get(key) };
    });
    const { clearings } = level;
    const began = performance.now();
    const answers = await level.find(asks);
    this.#state.observer.levelRead?.(level.name, performance.now() - began);
    for (const { signal } of searches) signal?.throwIfAborted();
    const promoted: Put<S>[] = [];
    for (const [i, search] of searches.entries()) {
      const answer = answers[i] as Answer<S>;
      const listed = asks[i]?.listed;
      if ('miss' in answer) {
        search.answer = answer;
        if (listed && level.name === 'file' && catalog.holds(listed)) this.#unlist(listed, answer.miss);
      } else if (!search.fence.broken) {
        search.answer = answer;
        if (clearings !== level.clearings) answer.entry.on &= ~level.bit;
        // Stored meanwhile, an entry is newer than this one; and a call that names its levels moves nothing.
        if (catalog.get(search.key) === listed && !levels)
          this.#promote(answer, listed, policy ?? answer.entry.namespace.policy, promoted);
      }
    }
    if (promoted.length > 0) void this.#lower[0]?.write(promoted);
  }

  /** To memory, and from the shared level to the file level too, for the rest of its lifetime. */
  #promote(found: Found<S>, listed: Entry<S> | undefined, policy: Policy, promoted: Put<S>[]): void {
    const { catalog, guard } = this.#state;
    const { entry, encoded } = found;
    const file = this.#lower[0];
    if (found.from === 'shared' && file?.name === 'file' && encoded && onLevel(policy, 'file')) {
      entry.on |= ON_FILE;
      const id = guard.variant(entry.stamp);
      promoted.push({ entry, id, encoded, sharedAt: undefined, outside: false });
    } else if (listed && found.from === 'file') entry.on |= listed.on & ~ON_FILE; // a clear may be about to take it from there
    if (!onLevel(policy, 'memory')) entry.value = VACANT;
    catalog.admit(entry);
  }

  /** The level did not have what was listed there, and does not just wait for it. */
  #unlist(listed: Entry<S>, miss: Miss): void {
    if (this.#writeBack.held(listed)) return;
    listed.on &= ~ON_FILE;
    if (!listed.inMemory) this.#state.catalog.drop(listed, miss);
  }
}

function usable(policy: Policy, level: Level, levels: readonly Level[] | undefined): boolean {
  return !isBypassed(policy) && onLevel(policy, level, levels);
}

const NO_WISHES: Looking = {};
const INVALIDATED: Miss = { reason: 'invalidated' };
