import { describe, expect, it } from 'vitest';
import { type PlanOptions, plan } from '../../../src/warming/plan.ts';
import { Usage } from '../../../src/warming/usage.ts';

const NOW = new Date(2026, 10, 18, 9, 30).getTime(); // a Wednesday, local time
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function used(asks: readonly (readonly [key: string, ago: number, times?: number, agent?: string])[]): Usage {
  const usage = new Usage();
  for (const [key, ago, times = 1, agent] of asks)
    for (let i = 0; i < times; i++) usage.add(key, NOW - ago, agent);
  return usage;
}

const planned = (usage: Usage, options: Partial<PlanOptions>) =>
  plan(usage, { strategy: 'frequency', count: 100, hybridWeight: 0.5, now: NOW, ...options });

describe('what is warmed', () => {
  const usage = used([
    ['often', 4 * DAY, 8],
    ['lately', HOUR, 1],
    ['both', 12 * HOUR, 5],
    ['rarely', 10 * DAY, 1],
  ]);

  it('by frequency: what was asked most often, and lately rather than long ago', () => {
    expect(planned(usage, { strategy: 'frequency' })).toEqual(['often', 'both', 'lately', 'rarely']);
  });

  it('by recency: what was asked last', () => {
    expect(planned(usage, { strategy: 'recency' })).toEqual(['lately', 'both', 'often', 'rarely']);
  });

  it('by both, as the weight says, from one end to the other', () => {
    const hybrid = (hybridWeight: number) => planned(usage, { strategy: 'hybrid', hybridWeight });
    expect(hybrid(1)).toEqual(planned(usage, { strategy: 'frequency' }));
    expect(hybrid(0)).toEqual(planned(usage, { strategy: 'recency' }));
    expect(hybrid(0.5)[0]).toBe('both');
  });

  it('by time of use: what was asked at this hour of this weekday, then around it', () => {
    const times = used([
      ['this hour a week ago', 7 * DAY, 2],
      ['an hour later a week ago', 7 * DAY - HOUR, 2],
      ['this hour yesterday', DAY, 2],
      ['another time', DAY + 5 * HOUR, 50],
    ]);
    expect(planned(times, { strategy: 'time-of-use' })).toEqual([
      'this hour a week ago',
      'an hour later a week ago',
      'this hour yesterday',
    ]);
  });

  it('per agent: the most used of each in turn, whoever asks more', () => {
    const agents = used([
      ['a1', HOUR, 90, 'a'],
      ['a2', HOUR, 80, 'a'],
      ['a3', HOUR, 70, 'a'],
      ['b1', HOUR, 1, 'b'],
      ['of nobody', HOUR, 100],
    ]);
    expect(planned(agents, { strategy: 'per-agent', count: 3 })).toEqual(['a1', 'b1', 'a2']);
    expect(planned(agents, { strategy: 'per-agent', agent: 'b' })).toEqual(['b1']);
    expect(planned(agents, { strategy: 'frequency', agent: 'a', count: 2 })).toEqual(['a1', 'a2']);
    expect(planned(agents, { strategy: 'frequency', agent: 'nobody' })).toEqual([]);
  });

  it('as many as the count says', () => {
    expect(planned(usage, { count: 2 })).toHaveLength(2);
    expect(planned(new Usage(), { strategy: 'hybrid' })).toEqual([]);
  });
});
