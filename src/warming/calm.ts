/** No question for so long counts as idle, ms. */
const QUIET_MS = 30_000;
/** A beat that comes so much too late says that the process has other things to do, ms. */
const MOST_LATE_MS = 50;
/** Beats in a row that have to be on time. */
const BEATS = 5;

/** Tells when nothing else is going on, from beats that come at a fixed interval. */
export class Calm {
  readonly #everyMs: number;
  #last: number | undefined;
  #onTime = 0;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Whether it is calm at this beat. `now` is of a clock that only goes forward, ms. */
  beat(now: number, sinceAskedMs: number): boolean {
    const late = this.#last === undefined ? 0 : now - this.#last - this.#everyMs;
    this.#last = now;
    this.#onTime = late > MOST_LATE_MS ? 0 : this.#onTime + 1;
    return this.#onTime >= BEATS && sinceAskedMs >= QUIET_MS;
  }
}
