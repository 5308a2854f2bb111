/** How numbers, sizes and times read on the page: tabular, with units, the same everywhere. */

const integer = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** `50,000`. */
export function formatCount(count: number): string {
  return integer.format(count);
}

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** `812`, `1.2K`, `3.4M`: for axes and where the exact number stands beside it. */
export function formatCompact(count: number): string {
  return compact.format(count);
}

/** `1 entry`, `50,000 entries`. */
export function formatEntries(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'entry' : 'entries'}`;
}

const BYTE_UNITS = ['KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in units of 1,024, as VS Code shows them: `812 B`, `12.3 KB`, `1.2 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${formatCount(bytes)} B`;
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1023.95 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${oneDecimal.format(value)} ${BYTE_UNITS[unit]}`;
}

/** Each unit holds while the rounded value stays below the next one. */
const DURATION_UNITS = [
  { unit: 'µs', ms: 1e-3, below: 0.9995 },
  { unit: 'ms', ms: 1, below: 999.5 },
  { unit: 's', ms: 1e3, below: 59_500 },
  { unit: 'min', ms: 60e3, below: 3_570_000 },
  { unit: 'h', ms: 3_600e3, below: 84_600_000 },
  { unit: 'd', ms: 86_400e3, below: Number.POSITIVE_INFINITY },
] as const;

/** Milliseconds as `420 µs`, `3.1 ms`, `42 ms`, `1.2 s`, `3.4 min`, `12 h`, `1.5 d`. */
export function formatDuration(ms: number): string {
  if (ms <= 0) return '0 ms';
  const { unit, ms: size } = DURATION_UNITS.find(({ below }) => ms < below) ?? DURATION_UNITS[5];
  const value = ms / size;
  const whole = unit === 'µs' || value >= 9.95;
  return `${(whole ? integer : oneDecimal).format(value)} ${unit}`;
}

/** Hits among reads as a fraction; `undefined` before the first read. */
export function hitRate(hits: number, misses: number): number | undefined {
  return hits + misses > 0 ? hits / (hits + misses) : undefined;
}

/** A fraction as `87.3%`; `100%` and `0%` only when exactly so, `–` when there is nothing to divide. */
export function formatPercent(fraction: number | undefined): string {
  if (fraction === undefined) return '–';
  if (fraction <= 0) return '0%';
  if (fraction >= 1) return '100%';
  const tenths = Math.min(999, Math.max(1, Math.round(fraction * 1000)));
  return `${oneDecimal.format(tenths / 10)}%`;
}

const MINUTE = 60e3;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Time since `at` in steps coarse enough to read calmly: `<10 s`, `20 s`, `5 min`, `3 h`, `2 d`. */
export function formatAge(at: number, now: number): string {
  const age = Math.max(0, now - at);
  if (age < 10e3) return '<10 s';
  if (age < MINUTE) return `${Math.floor(age / 10e3) * 10} s`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h`;
  return `${formatCount(Math.floor(age / DAY))} d`;
}

/** `now`, `20 s ago`, `5 min ago`. */
export function formatRelative(at: number, now: number): string {
  return now - at < 10e3 ? 'now' : `${formatAge(at, now)} ago`;
}

/** `in 20 s`, `in 5 min`, for what is to come. */
export function formatUntil(at: number, now: number): string {
  return at <= now ? 'now' : `in ${formatAge(now, at)}`;
}

/** `$0.42`, `$1,234.50`, `-$3.00`; less than a cent as `<$0.01`, and as `>-$0.01` below nothing. */
export function formatMoney({ amount, currency }: { amount: number; currency: 'USD' }): string {
  const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  if (amount === 0 || Math.abs(amount) >= 0.01) return dollars.format(amount);
  return amount > 0 ? `<${dollars.format(0.01)}` : `>${dollars.format(-0.01)}`;
}

const two = (part: number): string => String(part).padStart(2, '0');

/** Local time as `14:05`, or `14:05:09` with seconds. */
export function formatClock(at: number, seconds: boolean): string {
  const date = new Date(at);
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return seconds ? `${clock}:${two(date.getSeconds())}` : clock;
}

/** When a stretch of `width` ms begins, in local time and as exactly as it is wide: `14:05:09`, `14:05`, `03-01 12:00`. */
export function formatStretch(at: number, width: number): string {
  const date = new Date(at);
  const day = width >= DAY / 2 ? `${two(date.getMonth() + 1)}-${two(date.getDate())} ` : '';
  return day + formatClock(at, width < MINUTE);
}

/** Local day as `2026-03-01`. */
export function formatDay(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Local time as `2026-03-01 14:05:09`, for hovers. */
export function formatExact(at: number): string {
  return `${formatDay(at)} ${formatClock(at, true)}`;
}

/** A sentence of the host with its times, `2026-03-01T13:05:09.000Z`, as the person's own. */
export function withLocalTimes(sentence: string): string {
  return sentence.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (time) =>
    formatExact(Date.parse(time)),
  );
}
