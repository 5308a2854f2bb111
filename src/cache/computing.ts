import type { ComputeOptions, Draft, Outcome } from './asking.ts';
import { Flight } from './flight.ts';
import type { Miss } from './guard.ts';
import type { Lookup } from './lookup.ts';
import type { Level } from './policy/policy.ts';
import type { CacheState } from './state.ts';
import type { Storing } from './storing.ts';

export type Compute<S> = (signal: AbortSignal) => Promise<Draft<S>>;

interface Landed<S> {
  readonly value: unknown;
  readonly from: Level | 'computed';
  readonly miss?: Miss;
  /** What must hold for another caller to share this result. */
  readonly stamp: S;
  /** The end of its lifetime, if it began before this flight; 0 is never. */
  readonly expiresAt: number;
  /** See {@link Draft.passing}. */
  readonly passing?: boolean;
}

/** How often a computation is repeated when its inputs move while it runs. */
const MOST_ATTEMPTS = 3;

/** Finds or computes values, once for all who ask meanwhile. */
export class Computing<S> {
  readonly #state: CacheState<S>;
  readonly #lookup: Lookup<S>;
  readonly #storing: Storing<S>;
  readonly #flights = new Map<string, Flight<Landed<S>>>();

  constructor(state: CacheState<S>, lookup: Lookup<S>, storing: Storing<S>) {
    this.#state = state;
    this.#lookup = lookup;
    this.#storing = storing;
  }

  /** Those who ask from now on do not join what is under way for the key. */
  leave(key: string): void {
    if (this.#flights.size > 0) this.#flights.delete(key);
  }

  /** Whether a computation is under way that others would join. */
  runs(key: string): boolean {
    return this.#flights.get(key)?.joinable === true;
  }

  leaveAll(): void {
    this.#flights.clear();
  }

  async get<T>(key: string, compute: Compute<S>, options: ComputeOptions): Promise<Outcome<T>> {
    const apart = options.recompute || options.noStore || options.levels;
    for (let attempt = 1; ; attempt++) {
      const running = apart ? undefined : this.#flights.get(key);
      if (!running?.joinable) return outcome(await this.#take(key, compute, options));
      const landed = await running.wait(options.signal);
      const verdict =
        this.#state.expired(landed) ?? (await this.#state.judge(key, landed.stamp, false, options.signal));
      if (attempt < MOST_ATTEMPTS && (verdict !== undefined || landed.passing)) continue;
      if (!options.ahead) this.#state.namespaces.of(key).joined++;
      return { ...outcome<T, S>(landed), from: 'running' };
    }
  }

  /** Computes for this caller alone; nothing is asked, joined or kept. */
  async bypass<T>(
    key: string,
    compute: Compute<S>,
    options: ComputeOptions,
    why: string,
  ): Promise<Outcome<T>> {
    const miss: Miss = { reason: 'bypassed', detail: why };
    if (!options.ahead) this.#state.missed(key, miss);
    const draft = await compute(options.signal ?? new AbortController().signal);
    return { value: draft.value as T, from: 'computed', miss };
  }

  /** Finds, else computes, as the flight that others join. */
  #take(key: string, compute: Compute<S>, options: ComputeOptions): Promise<Landed<S>> {
    const flight = new Flight((signal) => this.#run(key, compute, signal, options));
    if (!options.noStore && !options.levels) {
      this.#flights.set(key, flight);
      const done = () => {
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
      };
      flight.promise.then(done, done);
    }
    return flight.wait(options.signal);
  }

  async #run(
    key: string,
    compute: Compute<S>,
    signal: AbortSignal,
    options: ComputeOptions,
  ): Promise<Landed<S>> {
    const { fences, guard, namespaces, observer } = this.#state;
    let miss: Miss | undefined = options.recompute
      ? { reason: 'bypassed', detail: 'the request asked to compute anew' }
      : undefined;
    let disturbed = 0;
    for (let attempt = 1; ; ) {
      const fence = fences.open(key);
      try {
        let sharedAt = this.#state.sharedMoment();
        if (!options.recompute) {
          const found = await this.#lookup.find(key, { ...options, signal });
          if (!('miss' in found)) {
            if (!miss && !options.ahead) this.#state.countHit(found.entry, found.from, options.below);
            const { stamp, expiresAt } = found.entry;
            return { value: found.value, from: found.from, stamp, expiresAt };
          }
          if (fence.broken && ++disturbed < MOST_ATTEMPTS) continue;
          if (!miss && !options.ahead) this.#state.missed(key, found.miss);
          miss ??= found.miss;
          sharedAt = found.sharedAt ?? sharedAt;
        } else if (attempt === 1 && miss && !options.ahead) this.#state.missed(key, miss);
        const began = performance.now();
        const draft = await compute(signal);
        const costMs = performance.now() - began;
        observer.computed(key, costMs);
        const { stamp: made } = draft;
        const moved = draft.moved
          ? MOVED
          : await (options.below ? guard.verifyOwn(made, key) : guard.verify(made, key, signal));
        const passing = draft.passing === true;
        if (moved === undefined && !options.noStore && !passing) {
          const policy = options.policy ?? namespaces.of(key).policy;
          const item = { key, draft, costMs, policy, request: options, fence, sharedAt, outside: false };
          await this.#storing.keep([item]);
        }
        if (moved === undefined || attempt >= MOST_ATTEMPTS || signal.aborted) {
          const { value, stamp } = draft;
          return { value, from: 'computed', stamp, expiresAt: 0, passing, ...(miss && { miss }) };
        }
        attempt++;
      } finally {
        fences.close(key, fence);
      }
    }
  }
}

const MOVED: Miss = { reason: 'changed', detail: 'its inputs changed while it was computed' };

function outcome<T, S>({ value, from, miss }: Landed<S>): Outcome<T> {
  return { value: value as T, from, ...(miss && { miss }) };
}
