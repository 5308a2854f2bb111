import type { Reading } from './metrics.ts';

/** Steps that a window is cut into: what is kept is bounded, whatever its length. */
const STEPS = 60;
const MINUTE = 60_000;
/** A hit rate of fewer asks says nothing. */
const LEAST_ASKS = 20;

interface Step {
  readonly at: number;
  /** The first reading of the step; of gauges the least and the greatest of it. */
  readonly reading: Reading;
  least: number;
  greatest: number;
}

/** What a metric was over a stretch of time. */
export interface Measured {
  /** Rates and counters: over the window. */
  readonly value: number;
  /** Gauges: never below, and never above, throughout the window. Else both are the value. */
  readonly least: number;
  readonly greatest: number;
}

/** The readings of the last while, thinned out. */
export class Window {
  readonly #ms: number;
  readonly #steps: Step[] = [];

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Undefined before the window is full, and where there is nothing to measure. */
  add(now: number, reading: Reading, perMinute: boolean): Measured | undefined {
    if (reading.kind === 'gauge' && reading.value === undefined) {
      this.#steps.length = 0;
      return undefined;
    }
    this.#keep(now, reading);
    const [first] = this.#steps;
    if (!first || first.at > now - this.#ms) return undefined;
    if (reading.kind === 'gauge') {
      return {
        value: reading.value ?? 0,
        least: Math.min(...this.#steps.map(({ least }) => least)),
        greatest: Math.max(...this.#steps.map(({ greatest }) => greatest)),
      };
    }
    const value = grown(first.reading, reading, (now - first.at) / MINUTE, perMinute);
    return value === undefined ? undefined : { value, least: value, greatest: value };
  }

  #keep(now: number, reading: Reading): void {
    const value = reading.kind === 'gauge' ? (reading.value ?? 0) : 0;
    const last = this.#steps.at(-1);
    if (last && now < last.at) this.#steps.length = 0; // the clock was put back
    if (last && now >= last.at && now - last.at < this.#ms / STEPS) {
      last.least = Math.min(last.least, value);
      last.greatest = Math.max(last.greatest, value);
    } else this.#steps.push({ at: now, reading, least: value, greatest: value });
    // The one at the edge stays: the window reaches back to it.
    while ((this.#steps[1]?.at ?? Number.POSITIVE_INFINITY) <= now - this.#ms) this.#steps.shift();
  }
}

function grown(from: Reading, to: Reading, minutes: number, perMinute: boolean): number | undefined {
  if (from.kind === 'rate' && to.kind === 'rate') {
    const whole = to.whole - from.whole;
    return whole < LEAST_ASKS ? undefined : (to.part - from.part) / whole;
  }
  if (from.kind !== 'counter' || to.kind !== 'counter') return undefined;
  const count = to.count - from.count;
  return perMinute ? count / minutes : count;
}
