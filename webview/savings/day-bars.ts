/** Answers from the cache by day as bars; many days are drawn as weeks, then months. */
import type { SavingsData } from '../../src/protocol/savings.ts';
import type { Bars, FigureData } from '../chart/figure-data.ts';
import { formatCount, formatDay, formatDuration } from '../format.ts';

/** More bars than these cannot be told apart in a 300-pixel column. */
const MAX_BARS = 60;

export interface Stretch {
  /** First and last day, local midnight, ms. */
  readonly from: number;
  readonly to: number;
  readonly calls: number;
  /** Of the days on which it was measured; absent when it was on none. */
  readonly ms?: number;
}

/** All days from the first to the last of `days`, quiet ones included, joined until there are at most 60. */
export function stretchesOf(days: SavingsData['days']): Stretch[] {
  const [first] = days;
  const last = days.at(-1);
  if (!first || !last) return [];
  const byDay = new Map(days.map((day) => [formatDay(day.t), day]));
  const all: Stretch[] = [];
  const date = new Date(first.t);
  date.setHours(0, 0, 0, 0);
  // By the calendar: a day may have 23 or 25 hours.
  for (; date.getTime() <= last.t; date.setDate(date.getDate() + 1)) {
    const day = byDay.get(formatDay(date.getTime()));
    const at = date.getTime();
    all.push({ from: at, to: at, calls: day?.calls ?? 0, ...(day?.ms !== undefined && { ms: day.ms }) });
  }
  const width = [1, 7, 30].find((days) => all.length <= days * MAX_BARS) ?? Math.ceil(all.length / MAX_BARS);
  return join(all, width);
}

/** The last stretch is whole, the first may be shorter. */
function join(days: readonly Stretch[], width: number): Stretch[] {
  if (width === 1) return [...days];
  const stretches: Stretch[] = [];
  for (let end = days.length; end > 0; end -= width) {
    const part = days.slice(Math.max(0, end - width), end);
    const measured = part.flatMap(({ ms }) => ms ?? []);
    stretches.unshift({
      from: part[0]?.from ?? 0,
      to: part.at(-1)?.to ?? 0,
      calls: part.reduce((sum, { calls }) => sum + calls, 0),
      ...(measured.length > 0 && { ms: measured.reduce((sum, ms) => sum + ms, 0) }),
    });
  }
  return stretches;
}

export function dayFigure(days: SavingsData['days']): FigureData<Bars> {
  const stretches = stretchesOf(days);
  const names = stretches.map(({ from, to }) =>
    from === to ? formatDay(from) : `${formatDay(from)} – ${formatDay(to)}`,
  );
  const labels = (most: number) => {
    const every = Math.max(1, Math.ceil(stretches.length / most));
    return stretches.flatMap(({ from }, index) =>
      (stretches.length - 1 - index) % every === 0 ? [{ index, text: formatDay(from).slice(5) }] : [],
    );
  };
  const calls = stretches.reduce((sum, stretch) => sum + stretch.calls, 0);
  return {
    data: {
      titles: names,
      labels: { narrow: labels(5), wide: labels(10) },
      series: [
        {
          label: 'Answers',
          hue: 'blue',
          pattern: 'solid',
          values: stretches.map((stretch) => stretch.calls),
        },
      ],
    },
    label:
      stretches.length === 0
        ? 'No answers from the cache.'
        : `Answers from the cache, ${names[0]} to ${names.at(-1)}: ${formatCount(calls)}.`,
    columns: ['Day', 'Answers', 'Time'],
    rows: stretches
      .map(({ from, calls, ms }, index) => ({
        key: String(from),
        cells: [
          names[index] ?? '',
          formatCount(calls),
          ms !== undefined ? formatDuration(ms) : calls > 0 ? 'unknown' : '–',
        ],
      }))
      .reverse(),
  };
}
