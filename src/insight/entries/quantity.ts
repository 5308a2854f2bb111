import type { NumberField } from './filter.ts';

const DURATIONS: Readonly<Record<string, number>> = {
  '': 1,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const UNITS: Readonly<Record<NumberField, Readonly<Record<string, number>>>> = {
  size: { '': 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 },
  age: DURATIONS,
  cost: DURATIONS,
  hits: { '': 1 },
};
const FITS: Readonly<Record<NumberField, string>> = {
  size: 'is no size: write 500, 10KB, 2MB',
  age: 'is no age: write 30s, 5min, 2h, 7d',
  cost: 'is no cost: write 50ms, 2s',
  hits: 'is no count: write 0, 3, 100',
};
/** A terabyte, 31 years: microseconds below it are exact. */
const LARGEST = 1e12;

/** In the field's own unit, whole bytes and counts, durations to the microsecond; else what is wrong, in one sentence. */
export function quantity(field: NumberField, text: string): number | string {
  const [, digits = '', unit = ''] = /^(\d{1,16}(?:\.\d{1,6})?)([a-z]*)$/i.exec(text) ?? [];
  const units = UNITS[field];
  const factor = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  if (digits === '' || factor === undefined) return `"${text.slice(0, 60)}" ${FITS[field]}.`;
  const value = Number(digits) * factor;
  if (value > LARGEST) return `"${text.slice(0, 60)}" is too large.`;
  const whole = field === 'size' || field === 'hits';
  return whole ? Math.round(value) : Math.round(value * 1000) / 1000;
}
