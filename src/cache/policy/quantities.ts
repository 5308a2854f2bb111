/** Milliseconds by unit, under every name that is accepted. */
const DURATIONS = new Map([
  ...named(1, 'ms', 'millisecond', 'milliseconds'),
  ...named(1_000, 's', 'sec', 'secs', 'second', 'seconds'),
  ...named(60_000, 'm', 'min', 'mins', 'minute', 'minutes'),
  ...named(3_600_000, 'h', 'hour', 'hours'),
  ...named(86_400_000, 'd', 'day', 'days'),
  ...named(604_800_000, 'w', 'week', 'weeks'),
]);

/** Bytes by unit; KB and KiB are both 1024 bytes, as a megabyte is 1024² in the other settings. */
const SIZES = new Map([
  ...named(1, 'b', 'byte', 'bytes'),
  ...named(1024, 'kb', 'kib'),
  ...named(1024 ** 2, 'mb', 'mib'),
  ...named(1024 ** 3, 'gb', 'gib'),
]);

const MOST_MS = 10 * 365 * 86_400_000;
const LEAST_BYTES = 64 * 1024;
const MOST_BYTES = 64 * 1024 ** 3;

const DURATION_FITS =
  'Fits: "250ms", "30 s", "5 min", "24h", "7 d", "none", or a number of milliseconds; ten years at the most.';
const SIZE_FITS = 'Fits: "500 KB", "10 MB", "1 GB", or a number of bytes; from 64 KB to 64 GB.';

/** Units of {@link durationText}, the largest first. */
const SHOWN = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** Says in two sentences what does not fit and what would. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

/**
 * Milliseconds, whole or not, of a duration such as `"24h"`, `"5 min"`, `"250ms"`, or of a number of
 * milliseconds; 0 for `"none"` and `"0"`. Throws {@link QuantityError}.
 */
export function durationMs(input: string | number): number {
  const ms = input === 'none' ? 0 : amount(input, DURATIONS);
  if (ms === undefined) throw new QuantityError(`${shown(input)} is no duration. ${DURATION_FITS}`);
  if (!(ms >= 0 && ms <= MOST_MS))
    throw new QuantityError(`${shown(input)} is out of range. ${DURATION_FITS}`);
  return ms;
}

/** Whole bytes of a size such as `"10 MB"`, or of a number of bytes. Throws {@link QuantityError}. */
export function byteSize(input: string | number): number {
  const bytes = amount(input, SIZES);
  if (bytes === undefined) throw new QuantityError(`${shown(input)} is no size. ${SIZE_FITS}`);
  if (!(bytes >= LEAST_BYTES && bytes <= MOST_BYTES)) {
    throw new QuantityError(`${shown(input)} is out of range. ${SIZE_FITS}`);
  }
  return Math.floor(bytes);
}

/** Milliseconds as people write them, in whole units: `90 min`, `24 h`, `7 d`, `none`. */
export function durationText(ms: number): string {
  if (ms === 0) return 'none';
  const [unit, name] = SHOWN.find(([unit, name]) => ms % unit === 0 && !(name === 'd' && ms === unit)) ?? [
    1,
    'ms',
  ];
  return `${ms / unit} ${name}`;
}

/** A wrong value, shortened, as the error about it names it. */
export function shown(input: unknown): string {
  const text = typeof input === 'number' ? String(input) : json(input);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function json(input: unknown): string {
  try {
    return JSON.stringify(input) ?? String(input);
  } catch {
    return `a ${typeof input}`; // a bigint, or an object that contains itself
  }
}

function amount(input: string | number, units: ReadonlyMap<string, number>): number | undefined {
  if (typeof input === 'number') return input;
  const [, digits, unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?) ?([a-z]{0,12})$/i.exec(input.trim()) ?? [];
  if (digits === undefined) return undefined;
  if (unit === '') return Number(digits) === 0 ? 0 : undefined;
  const factor = units.get(unit.toLowerCase());
  return factor && Number(digits) * factor;
}

function named(factor: number, ...names: readonly string[]): [string, number][] {
  return names.map((name) => [name, factor]);
}
