import { describe, expect, it } from 'vitest';
import { Calm } from '../../../src/warming/calm.ts';
import { nextRun, scheduleProblem } from '../../../src/warming/settings.ts';

describe('a schedule', () => {
  it('comes due in local time', () => {
    const wednesday = new Date(2026, 10, 18, 9, 30).getTime();
    expect(nextRun('0 8 * * 1-5', wednesday)).toBe(new Date(2026, 10, 19, 8, 0).getTime());
    expect(nextRun('@hourly', wednesday)).toBe(new Date(2026, 10, 18, 10, 0).getTime());
  });

  it.each(['* * * * * *', '0 25 * * *', 'every morning', '0 8 * *', '0 8 30 2 *', '61 * * * *', ' '])(
    '%j is refused with what fits',
    (text) => {
      expect(scheduleProblem(text)).toMatch(
        /^".*" (is no schedule|never comes due)\. Fits: a cron expression of five parts .*, or nothing\.$/,
      );
    },
  );

  it.each(['', '*/15 * * * *', '0 8 * * MON-FRI', '@daily', '30 7 1,15 * *'])('%j is taken', (text) => {
    expect(scheduleProblem(text)).toBeUndefined();
  });
});

describe('calm', () => {
  it('is when nobody has asked for half a minute and five beats in a row came on time', () => {
    const calm = new Calm(1000);
    const at = (second: number, late = 0) => calm.beat(second * 1000 + late, 60_000);
    expect([0, 1, 2, 3, 4].map((second) => at(second))).toEqual([false, false, false, false, true]);
    expect(calm.beat(5000, 29_999)).toBe(false);
    expect(at(6)).toBe(true);
    expect(at(7, 200)).toBe(false);
    expect([8.2, 9.2, 10.2, 11.2].map((second) => at(second))).toEqual([false, false, false, false]);
    expect(at(12.2)).toBe(true);
  });
});
