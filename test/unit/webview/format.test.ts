import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatEntries,
  formatExact,
  formatPercent,
  formatRelative,
  formatStretch,
  hitRate,
  withLocalTimes,
} from '../../../webview/format.ts';

const KB = 1024;
const MB = KB * KB;

describe('counts', () => {
  it('separates thousands', () => expect(formatCount(50_000)).toBe('50,000'));
  it('has a singular', () =>
    expect([0, 1, 2].map(formatEntries)).toEqual(['0 entries', '1 entry', '2 entries']));
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [KB, '1.0 KB'],
    [12.34 * KB, '12.3 KB'],
    [1023.9 * KB, '1,023.9 KB'],
    // Rounding must not show 1,024.0 KB.
    [1023.97 * KB, '1.0 MB'],
    [1.2 * KB * MB, '1.2 GB'],
    [3 * MB * MB, '3.0 TB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [0.0421, '42 µs'],
    [0.42, '420 µs'],
    [0.9996, '1.0 ms'],
    [3.14, '3.1 ms'],
    [9.96, '10 ms'],
    [42.4, '42 ms'],
    [999.6, '1.0 s'],
    [1_234, '1.2 s'],
    [21_400, '21 s'],
    [59_700, '1.0 min'],
    [3.4 * 60e3, '3.4 min'],
    [59.8 * 60e3, '1.0 h'],
    [12 * 3_600e3, '12 h'],
    [36 * 3_600e3, '1.5 d'],
  ])('%d ms are %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('percents', () => {
  it.each([
    [undefined, '–'],
    [0, '0%'],
    [0.00001, '0.1%'],
    [0.8734, '87.3%'],
    // Only what is exactly all says so.
    [0.99999, '99.9%'],
    [1, '100%'],
  ])('%s is %s', (fraction, text) => expect(formatPercent(fraction)).toBe(text));

  it('have no value before the first read', () => expect(hitRate(0, 0)).toBeUndefined());
  it('are of hits and misses', () => expect(hitRate(3, 1)).toBe(0.75));
});

describe('times', () => {
  const at = new Date(2026, 2, 1, 14, 5, 9).getTime();

  it.each([
    [-5_000, '<10 s', 'now'],
    [9_999, '<10 s', 'now'],
    [10_000, '10 s', '10 s ago'],
    [59_999, '50 s', '50 s ago'],
    [60_000, '1 min', '1 min ago'],
    [59 * 60e3, '59 min', '59 min ago'],
    [23.9 * 3_600e3, '23 h', '23 h ago'],
    [49 * 3_600e3, '2 d', '2 d ago'],
  ])('after %d ms', (passed, age, relative) => {
    expect(formatAge(at, at + passed)).toBe(age);
    expect(formatRelative(at, at + passed)).toBe(relative);
  });

  it('are exact on hover', () => expect(formatExact(at)).toBe('2026-03-01 14:05:09'));
  it('of the host are local in its sentences', () =>
    expect(withLocalTimes(`It ends at ${new Date(at).toISOString()}, not before.`)).toBe(
      'It ends at 2026-03-01 14:05:09, not before.',
    ));
  it('have clocks with and without seconds', () => {
    expect(formatClock(at, true)).toBe('14:05:09');
    expect(formatClock(at, false)).toBe('14:05');
    expect(formatStretch(at, 1000)).toBe('14:05:09');
    expect(formatStretch(at, 1_800_000)).toBe('14:05');
    expect(formatStretch(at, 43_200_000)).toBe('03-01 14:05');
  });
});
