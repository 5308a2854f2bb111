import { describe, expect, it } from 'vitest';
import { Recent } from '../../../../src/freshness/fingerprint-index/recent.ts';

const value = (n: number) => ({ n });

describe('values that are remembered', () => {
  it('are never more than the bound, and at least half of it', () => {
    const recent = new Recent<{ n: number }>(100);
    for (let i = 0; i < 1000; i++) {
      recent.set(`key ${i}`, value(i));
      expect(recent.size).toBeLessThanOrEqual(100);
      if (i >= 50) expect(recent.size).toBeGreaterThanOrEqual(50);
      expect(recent.get(`key ${i}`)).toEqual(value(i));
    }
    expect(recent.get('key 800')).toBeUndefined();
  });

  it('stay while they are asked for', () => {
    const recent = new Recent<{ n: number }>(100);
    recent.set('hot', value(-1));
    for (let i = 0; i < 1000; i++) {
      recent.set(`key ${i}`, value(i));
      expect(recent.get('hot')).toEqual(value(-1));
    }
  });

  it('are the last ones that were set, each once', () => {
    const recent = new Recent<{ n: number }>(10);
    for (let round = 0; round < 3; round++) for (let i = 0; i < 5; i++) recent.set(`key ${i}`, value(round));
    const all = [...recent];
    expect(new Set(all.map(([key]) => key)).size).toBe(all.length);
    expect(all.every(([, { n }]) => n === 2)).toBe(true);
  });

  it('are gone when they are deleted', () => {
    const recent = new Recent<{ n: number }>(4);
    for (let i = 0; i < 3; i++) recent.set(`key ${i}`, value(i));
    for (let i = 0; i < 3; i++) recent.delete(`key ${i}`);
    expect([...recent]).toEqual([]);
    expect(recent.size).toBe(0);
  });
});
