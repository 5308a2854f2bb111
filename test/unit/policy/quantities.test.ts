import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteSize, durationMs, durationText, QuantityError } from '../../../src/cache/policy/quantities.ts';

describe('a duration', () => {
  it.each([
    ['24h', 86_400_000],
    ['5 min', 300_000],
    ['250ms', 250],
    ['0', 0],
    ['0.0', 0],
    ['none', 0],
    [0, 0],
    [1500, 1500],
    ['1.5h', 5_400_000],
    ['0.5 ms', 0.5],
    [' 7 Days ', 604_800_000],
    ['2w', 1_209_600_000],
    ['90 S', 90_000],
    ['1 hour', 3_600_000],
  ])('%j is %d ms', (input, ms) => {
    expect(durationMs(input)).toBe(ms);
  });

  it.each([
    '',
    'h',
    '5',
    '5 parsecs',
    '-5 min',
    '5  min',
    '1e3 s',
    '٣ min',
    '5 min 3 s',
    'None',
    '0x10 s',
    '1'.repeat(99),
  ])('%j is none', (input) => {
    expect(() => durationMs(input)).toThrow('is no duration. Fits: "250ms", "30 s", "5 min", "24h"');
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '600 w', 1e15])('%j is out of range', (input) => {
    expect(() => durationMs(input)).toThrow('is out of range. Fits:');
  });

  it('says what it is about in short, whatever it was given', () => {
    expect(() => durationMs('x'.repeat(1_000_000))).toThrow(QuantityError);
    expect(() => durationMs('x'.repeat(1_000_000))).toThrow(/^"x{58}… is no duration/);
  });

  it('is written as it can be read again', () => {
    expect([0, 1, 1500, 5000, 900_000, 5_400_000, 86_400_000, 604_800_000].map(durationText)).toEqual([
      'none',
      '1 ms',
      '1500 ms',
      '5 s',
      '15 min',
      '90 min',
      '24 h',
      '7 d',
    ]);
    fc.assert(
      fc.property(fc.nat(10 * 365 * 86_400_000), (ms) => {
        expect(durationMs(durationText(ms))).toBe(ms);
      }),
    );
  });
});

describe('a size', () => {
  it.each([
    ['10 MB', 10_485_760],
    ['10MiB', 10_485_760],
    ['1.5 gb', 1_610_612_736],
    ['500 KB', 512_000],
    [65_536, 65_536],
    [70_000.7, 70_000],
    ['70000 bytes', 70_000],
  ])('%j is %d bytes', (input, bytes) => {
    expect(byteSize(input)).toBe(bytes);
  });

  it.each(['', 'MB', '10', '10 parsecs', 'none', '-1 MB', '10 Mbit'])('%j is none', (input) => {
    expect(() => byteSize(input)).toThrow(
      'is no size. Fits: "500 KB", "10 MB", "1 GB", or a number of bytes',
    );
  });

  it.each([0, '0', '63 KB', '65 GB', -5, Number.NaN])('%j is out of range', (input) => {
    expect(() => byteSize(input)).toThrow('is out of range. Fits: "500 KB"');
  });
});
