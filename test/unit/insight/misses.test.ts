import { describe, expect, it } from 'vitest';
import { MissLog, type RecordedMiss } from '../../../src/insight/misses/miss-log.ts';
import { agoText, missText } from '../../../src/insight/misses/wording.ts';

describe('the log of misses', () => {
  it('counts by reason', () => {
    const clock = { now: 10_000_000 };
    const log = new MissLog(() => clock.now);
    log.add('a:1', { reason: 'never-cached' });
    log.add('a:2', { reason: 'expired' });
    clock.now += 2000;
    log.add('a:1', { reason: 'expired' });
    expect(log.totals).toEqual({ 'never-cached': 1, expired: 2 });
  });

  it('stays bounded, and gives the last ones of a key', () => {
    const clock = { now: 0 };
    const log = new MissLog(() => clock.now);
    for (let i = 0; i < 5000; i++) {
      clock.now += 1000;
      log.add(`a:${i % 2}`, { reason: 'changed', detail: String(i) });
    }
    expect(log.recent).toHaveLength(500);
    expect(log.of('a:1', 3).map(({ detail }) => detail)).toEqual(['4999', '4997', '4995']);
    expect(log.last('a:0')?.detail).toBe('4998');
  });
});

describe('the words for a miss', () => {
  const miss = (more: Partial<RecordedMiss>): RecordedMiss => {
    return { key: 'a:b', at: 1_000_000, reason: 'never-cached', ...more };
  };

  it.each([
    [miss({}), undefined],
    [miss({ reason: 'expired', since: 700_000 }), 'its lifetime ended 5 min before'],
    [
      miss({ reason: 'evicted', detail: 'memory level full (LRU): made room for a:c', since: 999_999 }),
      'memory level full (LRU): made room for a:c, just before',
    ],
    [miss({ reason: 'changed', detail: 'src/a.ts changed' }), 'src/a.ts changed'],
    [
      miss({ reason: 'changed', detail: 'src/a.ts changed', since: 988_000 }),
      'src/a.ts changed, noticed 12 s before',
    ],
    [miss({ reason: 'failed', detail: 'file level: gone', since: 1 }), 'file level: gone'],
  ])('%o', (given, text) => {
    expect(missText(given)).toBe(text);
  });

  it('say what can be undone', () => {
    expect(missText(miss({ reason: 'invalidated', detail: 'tag t', since: 940_000 }), 'id')).toBe(
      'tag t, 1 min before, can be undone',
    );
  });

  it.each([
    [0, 'just'],
    [1000, '1 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [3 * 3_600_000, '3 h'],
    [50 * 3_600_000, '2 d'],
  ])('%d ms are %s', (ms, text) => {
    expect(agoText(ms)).toBe(text);
  });
});
