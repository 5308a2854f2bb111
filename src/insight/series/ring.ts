import { type Point, plus, type Totals } from './point.ts';

/** What happened per stretch of time, for as many stretches as are kept; those without anything are left out. */
export class Ring {
  /** Width of a stretch, ms. */
  readonly step: number;
  readonly #length: number;
  /** Oldest first. */
  readonly #points: Point[] = [];

  constructor(step: number, length: number) {
    this.step = step;
    this.#length = length;
  }

  /** How far back it goes, ms. */
  get span(): number {
    return this.step * this.#length;
  }

  add(now: number, delta: Totals): void {
    const t = Math.floor(now / this.step) * this.step;
    let at = this.#points.length;
    while (at > 0 && (this.#points[at - 1] as Point).t > t) at--; // the clock was set back
    const known = this.#points[at - 1];
    if (known?.t === t) this.#points[at - 1] = { t, ...plus(known, delta) };
    else this.#points.splice(at, 0, { t, ...delta });
    const newest = (this.#points.at(-1) as Point).t;
    const first = this.#points.findIndex((point) => point.t > newest - this.span);
    this.#points.splice(0, first);
  }

  /** Adds what another has counted, as far as it lies in the time that is kept. */
  take(points: readonly Point[], now: number): void {
    for (const point of points) {
      if (point.t > now - this.span && point.t <= now) this.add(point.t, point);
    }
  }

  /** Those that begin after a moment, `step` ms wide, of which its own width is a part. */
  since(from: number, step = this.step): Point[] {
    const wide: Point[] = [];
    for (const { t: start, ...counts } of this.#points) {
      if (start <= from) continue;
      const t = Math.floor(start / step) * step;
      const last = wide.at(-1);
      if (last?.t === t) wide[wide.length - 1] = { t, ...plus(last, counts) };
      else wide.push({ t, ...counts });
    }
    return wide;
  }

  get all(): readonly Point[] {
    return this.#points;
  }
}
