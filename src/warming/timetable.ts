import { Calm } from './calm.ts';
import { nextRun, type WarmSettings } from './settings.ts';

/** Between two rounds of warming when idle, ms. */
const IDLE_EVERY_MS = 10 * 60_000;

interface TimetableOptions {
  readonly settings: () => WarmSettings;
  /** When somebody asked last, milliseconds since the epoch. */
  readonly askedAt: () => number;
  /** Beats come at this interval, ms. */
  readonly beatMs: number;
}

/**
 * Says at each beat whether it is time to warm. It looks at the clock rather than setting timers: a
 * machine that slept does not miss its hour.
 */
export class Timetable {
  readonly #options: TimetableOptions;
  readonly #calm: Calm;
  #schedule = { text: '', next: undefined as number | undefined };
  #changedAt = 0;
  /** When it was time last because nothing else was going on. */
  #idleAt = Number.NEGATIVE_INFINITY;

  constructor(options: TimetableOptions) {
    this.#options = options;
    this.#calm = new Calm(options.beatMs);
  }

  /** When the schedule comes due, milliseconds since the epoch; undefined when there is none. */
  get next(): number | undefined {
    return this.#schedule.next;
  }

  /** Files changed: what was fresh may not be any more. */
  changed(now: number): void {
    this.#changedAt = now;
  }

  beat(now: number): 'schedule' | 'idle' | undefined {
    const { schedule, whenIdle } = this.#options.settings();
    const calm = this.#calm.beat(performance.now(), now - this.#options.askedAt());
    if (this.#due(schedule, now)) return 'schedule';
    if (!whenIdle || !calm || now - this.#idleAt < IDLE_EVERY_MS) return undefined;
    // Once per quiet time: only what was asked or has changed since can be missing.
    if (Math.max(this.#options.askedAt(), this.#changedAt) < this.#idleAt) return undefined;
    this.#idleAt = now;
    return 'idle';
  }

  #due(schedule: string, now: number): boolean {
    if (schedule !== this.#schedule.text) {
      this.#schedule = { text: schedule, next: schedule === '' ? undefined : nextRun(schedule, now) };
      return false;
    }
    const { next } = this.#schedule;
    if (next === undefined || now < next) return false;
    this.#schedule = { text: schedule, next: nextRun(schedule, now) };
    return true;
  }
}
