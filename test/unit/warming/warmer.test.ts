import { describe, expect, it } from 'vitest';
import type { WarmJob } from '../../../src/warming/job.ts';
import { Pace } from '../../../src/warming/pace.ts';
import { Warmer } from '../../../src/warming/warmer.ts';

/** A warmer whose rests are counted instead of slept. */
function warmerWith({
  maxCpuPercent = 100,
  asking = () => 0,
}: {
  readonly maxCpuPercent?: number;
  readonly asking?: () => number;
} = {}) {
  const rests: number[] = [];
  const pace = new Pace({
    maxCpuPercent: () => maxCpuPercent,
    asking,
    sleep: async (ms) => {
      rests.push(ms);
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
  return { warmer: new Warmer(pace, () => {}), pace, rests };
}

function job(items: readonly string[], step: (item: string) => Promise<void> | void = () => {}): WarmJob {
  return {
    name: 'test',
    of: 'keys',
    list: async () => items,
    asks: (item) => [
      async () => {
        await step(item);
        return 'computed';
      },
    ],
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const some = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`);
const busyFor = (ms: number) => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

describe('a run', () => {
  it('counts what came of each item, in order, and tells what nobody knows', async () => {
    const { warmer } = warmerWith();
    const answers = ['hit', 'computed', 'unknown', { refused: 'too large' }] as const;
    const report = await warmer.run(
      {
        name: 'test',
        of: 'keys',
        list: async () => ['0', '1', '2', '3', '4'],
        asks: (item) => [
          async () => {
            const answer = answers[Number(item)];
            if (!answer) throw new Error('broken');
            return answer;
          },
        ],
      },
      true,
    );
    expect(report).toMatchObject({ files: 0, keys: 5, hits: 1, computed: 1, refused: 2, cancelled: false });
    expect(report.unknown).toEqual(['2']);
    expect(report.reasons).toEqual(['too large', '4: Error: broken']);
    expect(warmer.state).toEqual({ state: 'idle' });
  });

  it('that nobody waits for takes one item at a time, one that somebody waits for four', async () => {
    for (const [waiting, expected] of [
      [false, 1],
      [true, 4],
    ] as const) {
      let [now, most] = [0, 0];
      const { warmer } = warmerWith();
      const step = async () => {
        most = Math.max(most, ++now);
        await turn();
        now--;
      };
      await warmer.run(job(some(20), step), waiting);
      expect(most).toBe(expected);
    }
  });

  it('is joined by who wants the same, and hurries when somebody waits', async () => {
    let [now, most] = [0, 0];
    const { warmer } = warmerWith();
    const asked: string[] = [];
    const step = async (item: string) => {
      asked.push(item);
      most = Math.max(most, ++now);
      await turn();
      now--;
    };
    const first = warmer.run(job(some(50), step), false);
    await turn();
    const second = warmer.run(job(['other'], step), true);
    expect(await second).toBe(await first);
    expect(asked).toEqual(some(50));
    expect(most).toBe(4);
  });

  it('rests as long as it works at 50 %, three times as long at 25 %, not at all at 100 %', async () => {
    for (const [maxCpuPercent, times] of [
      [50, 1],
      [25, 3],
      [100, 0],
    ] as const) {
      let worked = 0;
      const { warmer, rests } = warmerWith({ maxCpuPercent });
      await warmer.run(
        job(some(20), () => {
          const began = performance.now();
          busyFor(5);
          worked += performance.now() - began;
        }),
        false,
      );
      const rested = rests.reduce((sum, ms) => sum + ms, 0);
      expect(rested).toBeGreaterThanOrEqual(times * worked - 2 * 20);
      if (times === 0) expect(rests).toEqual([]);
    }
  });

  it('waits for every question that somebody asks, but not for ever', async () => {
    let asking = 1;
    const asked: string[] = [];
    const { warmer, rests } = warmerWith({ asking: () => asking });
    const run = warmer.run(
      job(['a', 'b'], (item) => void asked.push(item)),
      false,
    );
    for (let i = 0; i < 5; i++) await turn();
    expect(asked).toEqual([]);
    asking = 0;
    await run;
    expect(asked).toEqual(['a', 'b']);
    expect(rests.length).toBeGreaterThan(0);
    asking = 1; // a question that never ends
    const report = await warmer.run(job(['c']), false);
    expect(report.computed).toBe(1);
  });

  it('stands still while it is paused, goes on where it was, and can be cancelled then', async () => {
    const { warmer } = warmerWith();
    const asked: string[] = [];
    const step = async (item: string) => {
      asked.push(item);
      if (asked.length === 3) warmer.pause();
      await turn();
    };
    const run = warmer.run(job(some(10), step), false);
    for (let i = 0; i < 20; i++) await turn();
    expect(asked).toHaveLength(3);
    expect(warmer.state).toEqual({ state: 'paused', done: 3, total: 10 });
    warmer.resume();
    expect(await run).toMatchObject({ keys: 10, cancelled: false });
    expect(asked).toEqual(some(10));
    warmer.pause();
    const other = warmer.run(job(some(10), step), true);
    await turn();
    warmer.cancel();
    expect(await other).toMatchObject({ keys: 0, cancelled: true });
    expect(warmer.state).toEqual({ state: 'paused', done: 0, total: 0 });
  });

  it('that cannot be listed fails for all who wait, and the next one begins anew', async () => {
    const { warmer } = warmerWith();
    const broken: WarmJob = {
      ...job([]),
      list: () => Promise.reject(new Error('No such folder.')),
    };
    await expect(warmer.run(broken, true)).rejects.toThrow('No such folder.');
    expect(await warmer.run(job(['a']), true)).toMatchObject({ keys: 1 });
  });
});
