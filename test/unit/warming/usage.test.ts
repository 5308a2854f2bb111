import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hourOfWeek, keptUsageSchema, Usage } from '../../../src/warming/usage.ts';

const NOW = new Date(2026, 10, 18, 9, 30).getTime(); // a Wednesday, local time
const DAY = 86_400_000;

describe('the use of keys', () => {
  it('counts an ask of a week ago half, and one of two weeks a quarter', () => {
    const usage = new Usage();
    usage.add('new', NOW, undefined);
    for (const [key, weeks] of [
      ['one', 1],
      ['two', 2],
    ] as const)
      usage.add(key, NOW - weeks * 7 * DAY, undefined);
    const weight = (key: string) => usage.of(key)?.weight ?? 0;
    expect(weight('one') / weight('new')).toBeCloseTo(0.5);
    expect(weight('two') / weight('new')).toBeCloseTo(0.25);
  });

  it('knows the hour of the week in local time, and the agent', () => {
    const usage = new Usage();
    usage.add('key', NOW, 'reviewer');
    usage.add('key', NOW + 1, undefined);
    const used = usage.of('key');
    expect(hourOfWeek(NOW)).toBe(3 * 24 + 9);
    expect([...(used?.hours.keys() ?? [])]).toEqual([3 * 24 + 9]);
    expect([...(used?.agents.keys() ?? [])]).toEqual(['reviewer']);
    expect(used?.at).toBe(NOW + 1);
  });

  it('stays bounded: 5,000 keys, 24 hours and 8 agents of each, the heaviest', () => {
    const usage = new Usage();
    for (let i = 0; i < 7000; i++) usage.add(`key ${i}`, NOW + i, undefined);
    expect(usage.size).toBeLessThanOrEqual(5500);
    expect(usage.kept().keys).toHaveLength(5000);
    expect(usage.of('key 6999')).toBeDefined();
    expect(usage.of('key 0')).toBeUndefined();
    for (let i = 0; i < 3000; i++) usage.add('key 6999', NOW + i * 3_600_000, `agent ${i % 20}`);
    const used = usage.of('key 6999');
    expect(used?.hours.size).toBe(24);
    expect(used?.agents.size).toBe(8);
  });

  it('is the same after it was written down and read, and adds up over processes', () => {
    const ask = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      at: fc.integer({ min: NOW - 30 * DAY, max: NOW }),
      agent: fc.constantFrom(undefined, 'x', 'y'),
      process: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(ask, { maxLength: 50 }), (asks) => {
        const [whole, one, other] = [new Usage(), new Usage(), new Usage()];
        for (const { key, at, agent, process } of asks) {
          whole.add(key, at, agent);
          (process ? one : other).add(key, at, agent);
        }
        const merged = new Usage();
        for (const part of [one, other])
          merged.merge(keptUsageSchema.parse(JSON.parse(JSON.stringify(part.kept()))), NOW);
        expect(merged.size).toBe(whole.size);
        for (const [key, used] of whole) {
          const found = merged.of(key);
          expect((found?.weight ?? 0) / used.weight).toBeCloseTo(1, 2);
          expect(found?.at).toBe(used.at);
          expect([...(found?.agents.keys() ?? [])].sort()).toEqual([...used.agents.keys()].sort());
        }
      }),
    );
  });

  it('does not let a clock that ran ahead decide for good', () => {
    const ahead = new Usage();
    ahead.add('ahead', NOW + 3650 * DAY, undefined);
    const usage = new Usage();
    usage.merge(ahead.kept(), NOW);
    expect(usage.of('ahead')?.at).toBe(NOW);
    const now = new Usage();
    now.add('now', NOW, undefined);
    expect((usage.of('ahead')?.weight ?? 0) / (now.of('now')?.weight ?? 1)).toBeLessThanOrEqual(1.01e9);
  });
});
