import { describe, expect, it } from 'vitest';
import type { Stamp } from '../../../src/freshness/stamp.ts';
import { Recorder } from '../../../src/insight/recorder.ts';
import { TimeSeries } from '../../../src/insight/series/time-series.ts';
import { overview, snapshot, totals } from '../../../src/insight/snapshot.ts';
import type { View } from '../../../src/protocol.ts';
import { workspaceWith } from '../../support/workspace.ts';

const PAGE = { filter: '', descending: true, from: 0, count: 100 } as const;
const VIEW: View = {
  range: '5m',
  hotSort: 'hits',
  expandedTags: [],
  section: 'overview',
  entries: { ...PAGE, sort: 'hits' },
  files: { ...PAGE, sort: 'entries' },
  period: 'today',
};
const NONE = { computed: 0, failed: 0, skipped: 0 };
const WARMING = { strategy: 'everything', whenIdle: false, waiting: 0 };
const STATE = {
  now: 0,
  warm: { state: 'idle' },
  outlook: { alerts: [], rules: 0, warming: { ...WARMING, refreshed: { change: NONE, expiry: NONE } } },
  persistent: false,
} as const;

describe('the recorder', () => {
  it('gives the median and the 99th percentile of the last thousand computations', () => {
    const recorder = new Recorder(() => {});
    expect(recorder.computeMs).toBeUndefined();
    for (let i = 1; i <= 1500; i++) recorder.computed('test:k', i);
    expect(recorder.computeMs).toEqual({ p50: 1001, p99: 1491 });
  });

  it('counts problems by place, tells each new one, and one that goes on once a minute', () => {
    const told: string[] = [];
    let now = 7;
    const recorder = new Recorder(
      (where, error) => told.push(`${where}: ${error.message}`),
      () => now,
    );
    for (const text of ['full', 'full', 'still full', 'still full'])
      recorder.problem('file', new Error(text));
    expect(told).toEqual(['file: full', 'file: still full']);
    now += 60_000;
    recorder.problem('file', new Error('still full'));
    expect(told).toHaveLength(3);
    expect(recorder.problems.get('file')).toMatchObject({ count: 5, last: 'still full', at: now });
    expect(recorder.activities).toHaveLength(1);
  });

  it('keeps 200 activities and 500 misses, the newest', () => {
    const recorder = new Recorder(() => {});
    for (let i = 0; i < 2000; i++) {
      recorder.note('save', `${i}`, 0);
      recorder.missed(`test:${i}`, { reason: 'never-cached' });
    }
    expect(recorder.activities).toHaveLength(200);
    expect(recorder.activities[0]?.text).toBe('1999');
    expect(recorder.misses).toHaveLength(500);
    expect(recorder.misses.at(-1)?.key).toBe('test:1999');
  });
});

describe('who asked', () => {
  const asked = {
    key: 'test:k',
    namespace: 'test',
    agent: 'a',
    tool: 'outline',
    hit: true,
    level: 'memory',
  } as const;

  it('is told to all who listen, whatever one of them does, until they stop', () => {
    const recorder = new Recorder(() => {});
    const heard: string[] = [];
    recorder.onAsked(() => {
      throw new Error('A listener failed.');
    });
    const listening = recorder.onAsked(({ key }) => heard.push(key));
    recorder.asked({ ...asked, ms: 1, saved: { ms: 5 } });
    listening.dispose();
    recorder.asked({ ...asked, ms: 1, saved: undefined });
    expect(heard).toEqual(['test:k']);
    expect(recorder.problems.get('insight')).toMatchObject({ count: 2, last: 'A listener failed.' });
  });
});

describe('the snapshot', () => {
  it('counts hits, misses, shared waits and what hits saved', async () => {
    const { cache, shout } = workspaceWith({ 'a.txt': 'a' }, { now: () => Date.now() + 60_000 });
    await Promise.all([shout('a.txt'), shout('a.txt')]);
    await shout('a.txt');
    cache.peek('test:shout:a.txt');
    expect(totals(cache)).toMatchObject({ memory: 2, file: 0, misses: 1, joined: 1 });
    expect(totals(cache).savedMs).toBeGreaterThan(0);
  });

  it('lists the hottest keys first and the tags that are looked at', async () => {
    const { cache, shout } = workspaceWith({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' });
    for (const [path, asks] of [
      ['a.txt', 2],
      ['b.txt', 4],
      ['c.txt', 1],
    ] as const) {
      for (let i = 0; i < asks; i++) await shout(path);
    }
    const view: View = { ...VIEW, expandedTags: ['shout', 'gone'] };
    const { hotKeys, tags } = snapshot(cache, new Recorder(() => {}), new TimeSeries(), view, STATE);
    expect(hotKeys.map(({ file, hits }) => [file, hits])).toEqual([
      ['b.txt', 3],
      ['a.txt', 1],
    ]);
    expect(tags[''] ?? []).toHaveLength(1);
    expect(tags.shout?.map(({ label }) => label)).toEqual(['a.txt', 'b.txt', 'c.txt']);
    expect(tags.gone).toEqual([]);
  });

  it('offers to take an invalidation back as long as that can be done', async () => {
    const { cache, shout } = workspaceWith({ 'a.txt': 'a' });
    const recorder = new Recorder<Stamp>(() => {});
    await shout('a.txt');
    const { undo } = await cache.invalidate({ all: true });
    recorder.note('clear', 'Invalidated everything', 1, undo);
    const offered = () => snapshot(cache, recorder, new TimeSeries(), VIEW, STATE).activity[0]?.undo;
    expect(offered()).toBe(undo);
    expect(undo).toBeDefined();
    await cache.undo(undo);
    expect(offered()).toBe(undefined);
  });

  it('shows a level as failing for a minute after its last failure', () => {
    const { cache } = workspaceWith({});
    const recorder = new Recorder<never>(
      () => {},
      () => 1000,
    );
    recorder.problem('file', new Error('The disk is full.'));
    const level = (now: number) => overview(cache, recorder, { now, persistent: true }).levels[1];
    expect(level(2000)).toMatchObject({ state: 'failing', problem: 'The disk is full.', errors: 1 });
    expect(level(62_000)).toMatchObject({ state: 'on', errors: 1 });
  });
});
