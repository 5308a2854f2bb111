import { describe, expect, it } from 'vitest';
import { healthOf, type Vitals } from '../../../src/insight/health.ts';
import type { LevelSummary } from '../../../src/protocol.ts';

const level = (state: LevelSummary['state'], problem?: string): LevelSummary => ({
  ...{ level: 'file', state, hits: 0, entries: 0, bytes: 0, errors: 0 },
  ...(problem !== undefined && { problem }),
});

const WELL: Vitals = {
  now: 1_000_000,
  levels: [level('on')],
  namespaces: [],
  unwritten: { entries: 0 },
  writeBackMs: 1000,
  heap: { percent: 50, bound: 90 },
  watcherHealthy: true,
};

const namespace = (memory: number, misses: number, target?: number) => ({
  ...{ name: 'analysis', hits: { memory, file: 0, shared: 0 }, misses, joined: 0, evictions: 0, savedMs: 0 },
  ...{ hitRate: memory / (memory + misses), ...(target !== undefined && { target }) },
});

describe('the health', () => {
  it('is fine when everything works that is configured', () => {
    const off = { ...WELL, levels: [level('on'), { ...level('off'), level: 'shared' as const }] };
    expect(healthOf(off)).toEqual({
      status: 'ok',
      reasons: [],
      levels: [
        { level: 'file', state: 'on' },
        { level: 'shared', state: 'off' },
      ],
    });
    expect(healthOf({ ...WELL, heap: undefined, watcherHealthy: undefined }).status).toBe('ok');
  });

  it.each<[Partial<Vitals>, string]>([
    [{ levels: [level('failing', 'The disk is full.')] }, 'The file level fails: The disk is full.'],
    [{ heap: { percent: 93.4, bound: 90 } }, 'The heap is at 93 % of its limit'],
    [{ watcherHealthy: false }, 'The file watcher missed changes'],
    [
      { unwritten: { entries: 2, oldestAt: 980_000 } },
      '2 values wait to be written below memory, the oldest for 20 s',
    ],
    [
      { namespaces: [namespace(140, 60, 0.8)] },
      'The namespace analysis has a hit rate of 70 % over 200 reads',
    ],
  ])('says in a sentence that %o', (vitals, sentence) => {
    const { status, reasons } = healthOf({ ...WELL, ...vitals });
    expect(status).toBe('degraded');
    expect(reasons).toEqual([expect.stringContaining(sentence)]);
  });

  it.each<[string, Partial<Vitals>]>([
    ['a hit rate on target', { namespaces: [namespace(160, 40, 0.8)] }],
    ['a hit rate after few reads', { namespaces: [namespace(0, 199, 0.8)] }],
    ['a hit rate without a target', { namespaces: [namespace(0, 1000)] }],
    ['what was stored a moment ago', { unwritten: { entries: 2, oldestAt: 999_000 } }],
  ])('says nothing of %s', (_what, vitals) => {
    expect(healthOf({ ...WELL, ...vitals }).reasons).toEqual([]);
  });
});
