import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReadyOptions } from '../../../src/analysis/runner.ts';
import type { Lifetime } from '../../../src/warming/expiring.ts';
import { DEFAULT_WARM, type WarmSettings } from '../../../src/warming/settings.ts';
import { Warming } from '../../../src/warming/warming.ts';
import { temporaryFolder, write } from '../../support/workspace.ts';

const NINE = new Date(2026, 10, 18, 9, 0, 30).getTime(); // a Wednesday, local time
const MINUTE = 60_000;

/** Warming over a folder with two files, with a clock, beats and asks that the test makes. */
function warmingWith(given: Partial<WarmSettings> = {}) {
  const root = temporaryFolder();
  write(root, 'a.ts', '');
  write(root, 'b.ts', '');
  const settings = { ...DEFAULT_WARM, maxCpuPercent: 100, ...given };
  const clock = { now: NINE, enabled: true };
  const asks = { asking: 0, askedAt: 0 };
  const asked: string[] = [];
  const runner = {
    get asking() {
      return asks.asking;
    },
    get askedAt() {
      return asks.askedAt;
    },
    run: async (_name: string, { path }: { path: string }) => {
      asked.push(path);
      return { hit: false };
    },
    ready: async (key: string, how: ReadyOptions) => {
      asked.push(key);
      if (how.recompute) renewed.push([key, how.agent, how.tags]);
      return { hit: false };
    },
  };
  const lifetimes = new Map<string, Lifetime>();
  const renewed: unknown[] = [];
  const warmed: string[] = [];
  const problems: string[] = [];
  const warming = new Warming({
    runner: runner as never, // as much of it as warming uses
    root,
    analyses: ['outline'],
    filter: () => ({ exclude: [], maxBytes: 1000, maxFiles: 10, wanted: () => true }),
    settings: () => settings,
    enabled: () => clock.enabled,
    remembered: () => true,
    kept: () => true,
    entries: {
      lifetime: (key) => lifetimes.get(key),
      computing: () => false,
      asItIs: () => ({ agent: 'reviewer', tags: ['mine'] }),
    },
    beatMs: 1000,
    now: () => clock.now,
    progress: () => {},
    warmed: (_report, cause) => void warmed.push(cause),
    problem: ({ message }) => void problems.push(message),
  });
  onTestFinished(() => warming.close());
  const settle = async () => {
    while (warming.warmer.busy) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const beats = async (count: number, everyMs = 1000) => {
    for (let i = 0; i < count; i++) {
      clock.now += everyMs;
      warming.beat();
      await settle();
    }
  };
  return { warming, settings, clock, asks, asked, warmed, problems, beats, lifetimes, renewed };
}

describe('on a schedule', () => {
  it('it is warmed once whenever it comes due, also when the machine has slept meanwhile', async () => {
    const { beats, warmed, settings } = warmingWith({ schedule: '0 * * * *' });
    await beats(1);
    expect(warmed).toEqual([]);
    await beats(60, MINUTE);
    expect(warmed).toEqual(['schedule']);
    await beats(1, 5 * 60 * MINUTE);
    await beats(3);
    expect(warmed).toEqual(['schedule', 'schedule']);
    settings.schedule = '';
    await beats(120, MINUTE);
    expect(warmed).toHaveLength(2);
  });

  it('it is not warmed while it is paused, or nothing is kept', async () => {
    const { warming, beats, warmed, clock } = warmingWith({ schedule: '* * * * *' });
    warming.warmer.pause();
    await beats(10, MINUTE);
    expect(warmed).toEqual([]);
    warming.warmer.resume();
    clock.enabled = false;
    await beats(10, MINUTE);
    expect(warmed).toEqual([]);
    clock.enabled = true;
    await beats(2, MINUTE);
    expect(warmed).toHaveLength(2);
  });
});

describe('when idle', () => {
  it('it is warmed once per quiet time, every ten minutes at the most', async () => {
    const { beats, warmed, asks, clock, warming } = warmingWith({ whenIdle: true });
    asks.askedAt = clock.now;
    await beats(29);
    expect(warmed).toEqual([]);
    await beats(2);
    expect(warmed).toEqual(['idle']);
    await beats(3600);
    expect(warmed).toHaveLength(1);
    asks.askedAt = clock.now;
    await beats(31);
    expect(warmed).toHaveLength(2);
    asks.askedAt = clock.now;
    await beats(500);
    expect(warmed).toHaveLength(2);
    await beats(100);
    expect(warmed).toHaveLength(3);
    await beats(600);
    warming.changed([], false);
    await beats(1);
    expect(warmed).toHaveLength(4);
  });

  it('nothing happens unless it is switched on', async () => {
    const { beats, warmed } = warmingWith();
    await beats(100);
    expect(warmed).toEqual([]);
  });
});

describe('what is warmed in the background', () => {
  it('is what the strategy says: every file, or what has been asked before', async () => {
    const { warming, settings, asked, clock } = warmingWith();
    await warming.inBackground('startup');
    expect(asked).toEqual(['a.ts', 'b.ts']);
    asked.length = 0;
    for (const [key, times] of [
      ['analysis:outline:1:a', 1],
      ['analysis:outline:1:b', 3],
      ['analysis:outline:1:c', 2],
      ['result:mine', 9],
    ] as const) {
      const event = { key, namespace: key.split(':')[0] ?? '', agent: undefined, tool: undefined };
      for (let i = 0; i < times; i++)
        warming.asked({ ...event, hit: true, level: 'memory', ms: 1, saved: undefined });
      clock.now += 1000;
    }
    Object.assign(settings, { strategy: 'frequency', count: 2 });
    expect(await warming.inBackground('startup')).toMatchObject({ keys: 2 });
    expect(asked).toEqual(['analysis:outline:1:b', 'analysis:outline:1:c']);
    asked.length = 0;
    Object.assign(settings, { strategy: 'recency' });
    await warming.inBackground('startup');
    expect(asked).toEqual(['analysis:outline:1:c', 'analysis:outline:1:b']);
    expect(warming.statistics).toMatchObject({
      state: 'idle',
      strategy: 'recency',
      remembered: 3,
      last: { cause: 'startup' },
    });
  });
});

describe('before a lifetime ends', () => {
  const KEY = 'analysis:outline:1:a.ts';
  const ask = (hit: boolean) => {
    const none = { tool: undefined, level: undefined, saved: undefined };
    return { key: KEY, namespace: 'analysis', agent: 'reviewer', hit, ms: 1, ...none };
  };

  it('what was hit is computed anew, for the agent and under the tags it was stored with', async () => {
    const { beats, warming, lifetimes, renewed } = warmingWith();
    lifetimes.set(KEY, { createdAt: NINE, expiresAt: NINE + MINUTE, costMs: 1 });
    warming.asked(ask(true));
    await beats(50);
    expect(renewed).toEqual([]);
    await beats(8);
    expect(renewed).toEqual([[KEY, 'reviewer', ['mine']]]);
    expect(warming.refreshed.expiry).toEqual({ computed: 1, failed: 0, skipped: 0 });
  });

  it('not what was only computed, nor when it is switched off or nothing is kept', async () => {
    const { beats, warming, lifetimes, renewed, settings, clock } = warmingWith();
    lifetimes.set(KEY, { createdAt: NINE, expiresAt: NINE + MINUTE, costMs: 1 });
    warming.asked(ask(false));
    await beats(59);
    settings.refreshExpiring = false;
    lifetimes.set(KEY, { createdAt: clock.now, expiresAt: clock.now + MINUTE, costMs: 1 });
    warming.asked(ask(true));
    await beats(59);
    settings.refreshExpiring = true;
    clock.enabled = false;
    lifetimes.set(KEY, { createdAt: clock.now, expiresAt: clock.now + MINUTE, costMs: 1 });
    warming.asked(ask(true));
    await beats(59);
    expect(renewed).toEqual([]);
  });
});
