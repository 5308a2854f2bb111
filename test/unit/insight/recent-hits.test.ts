import { describe, expect, it } from 'vitest';
import { RecentHits } from '../../../src/insight/recent-hits.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Counters as entries have them, with a clock that goes on a second at a beat. */
function hitting() {
  const clock = { now: Math.ceil(Date.UTC(2026, 10, 1) / HOUR) * HOUR };
  const entries = new Map<string, { key: string; hits: number; lastHitAt: number }>();
  const looks = { count: 0 };
  const recent = new RecentHits(() => {
    looks.count++;
    return entries.values();
  }, clock.now);
  const hit = (key: string, times = 1) => {
    const entry = entries.get(key) ?? { key, hits: 0, lastHitAt: 0 };
    entry.hits += times;
    entry.lastHitAt = Math.floor(clock.now / 1000) * 1000;
    entries.set(key, entry);
  };
  const passing = async (ms: number) => {
    const end = clock.now + ms;
    while (clock.now < end) {
      clock.now = Math.min(end, clock.now + 10_000);
      await recent.beat(clock.now);
    }
  };
  const within = (span: '5m' | '1h' | '24h') => Object.fromEntries(recent.within(span, clock.now));
  return { clock, entries, recent, hit, passing, within, looks };
}

describe('the hits of the last minutes', () => {
  it('are counted at once, and fall out of each span in time', async () => {
    const { hit, passing, within } = hitting();
    hit('a', 3);
    expect(within('5m')).toEqual({ a: 3 });
    await passing(2 * MINUTE);
    hit('a');
    hit('b', 2);
    expect(within('5m')).toEqual({ a: 4, b: 2 });
    await passing(4 * MINUTE);
    expect(within('5m')).toEqual({ a: 1, b: 2 });
    expect(within('1h')).toEqual({ a: 4, b: 2 });
    await passing(3 * MINUTE);
    expect(within('5m')).toEqual({});
    await passing(HOUR);
    expect(within('1h')).toEqual({});
    expect(within('24h')).toEqual({ a: 4, b: 2 });
    await passing(25 * HOUR);
    expect(within('24h')).toEqual({});
  });

  it('of a key that went and came anew are those of the new entry', async () => {
    const { hit, passing, within, entries } = hitting();
    hit('a', 10);
    await passing(MINUTE);
    entries.delete('a');
    hit('a', 2);
    expect(within('5m')).toEqual({ a: 12 });
    await passing(6 * MINUTE);
    expect(within('5m')).toEqual({});
  });

  it('are looked at once a minute, and not by hits', async () => {
    const { hit, passing, looks } = hitting();
    for (let i = 0; i < 1000; i++) hit('a');
    await passing(10 * MINUTE);
    expect(looks.count).toBe(10);
  });

  it('are of the 200 keys with the most in a minute', async () => {
    const { hit, passing, within } = hitting();
    for (let i = 0; i < 5000; i++) hit(`k${i}`, i + 1);
    await passing(MINUTE);
    const hot = within('1h');
    expect(Object.keys(hot)).toHaveLength(200);
    expect(hot.k4999).toBe(5000);
    expect(hot.k4800).toBe(4801);
    expect(hot.k4799).toBeUndefined();
  });

  it('are told too few, never too many, of a key whose last counter is forgotten', async () => {
    const { hit, passing, within } = hitting();
    hit('old', 50);
    await passing(MINUTE);
    for (let i = 0; i < 20_000; i++) hit(`k${i}`);
    await passing(6 * MINUTE);
    hit('old', 3);
    expect(within('5m')).toEqual({ old: 1 });
  });

  it('survive a clock that is set back', async () => {
    const { hit, passing, within, clock } = hitting();
    hit('a', 2);
    await passing(MINUTE);
    clock.now -= 30 * MINUTE;
    hit('a');
    await passing(2 * MINUTE);
    expect(within('1h').a).toBeLessThanOrEqual(3);
  });
});
