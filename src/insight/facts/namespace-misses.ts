import type { Miss, MissReason } from '../../cache/guard.ts';
import { Tally } from './tally.ts';

/** A value that was asked for again after it had expired. */
export interface Reuse {
  /** From storing to asking again, ms: the lifetime with which it would have been a hit. */
  readonly neededMs: number;
  /** The lifetime that it had. */
  readonly lifetimeMs: number;
}

const MOST_INPUTS = 500;
const MOST_KEYS = 1000;
const MOST_RECENT = 256;
/** Misses after which what was counted before counts half: workloads change. */
const HALF_LIFE = 20_000;

/** What was seen of the misses of one namespace since the process started; bounded. */
export class NamespaceMisses {
  readonly reasons = new Map<MissReason, number>();
  /** Inputs whose change made an answer invalid. */
  readonly changed = new Tally(MOST_INPUTS);
  readonly keys = new Tally(MOST_KEYS);
  /** Newest last. */
  readonly reuses: Reuse[] = [];
  /** Keys that nobody had asked for before, newest last, each once. */
  readonly unseen = new Set<string>();
  #sinceHalving = 0;

  count(key: string, { reason, detail }: Miss): void {
    if (++this.#sinceHalving > HALF_LIFE) this.#halve();
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    this.keys.add(key);
    if (reason === 'changed' && detail !== undefined) this.changed.add(inputOf(detail));
    if (reason !== 'never-cached') return;
    this.unseen.add(key);
    if (this.unseen.size > MOST_RECENT) this.unseen.delete(this.unseen.values().next().value as string);
  }

  reused(reuse: Reuse): void {
    this.reuses.push(reuse);
    if (this.reuses.length > MOST_RECENT) this.reuses.shift();
  }

  /** Misses for the reason, or for any. */
  of(reason?: MissReason): number {
    if (reason !== undefined) return this.reasons.get(reason) ?? 0;
    return [...this.reasons.values()].reduce((sum, count) => sum + count, 0);
  }

  #halve(): void {
    this.#sinceHalving = 0;
    for (const [reason, count] of this.reasons) this.reasons.set(reason, count / 2);
    this.changed.halve();
    this.keys.halve();
  }
}

/** `src/a.ts` of `src/a.ts changed`. */
function inputOf(detail: string): string {
  return detail.replace(/ (?:changed|appeared|is gone|cannot be read)$/, '');
}
