import { describe, expect, it } from 'vitest';
import { Pace } from '../../../src/warming/pace.ts';
import { Refresher } from '../../../src/warming/refresher.ts';
import { DEFAULT_WARM } from '../../../src/warming/settings.ts';
import { Usage } from '../../../src/warming/usage.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const settle = async () => {
  for (let i = 0; i < 300; i++) await turn();
};

function refresherWith(kept: (key: string) => boolean = () => true) {
  const usage = new Usage();
  const pace = new Pace({ maxCpuPercent: () => 100, asking: () => 0 });
  const begun: string[] = [];
  const done: string[] = [];
  const gate = { open: true };
  const refresher = new Refresher({
    usage,
    settings: () => DEFAULT_WARM,
    pace,
    kept,
    ready: async (key, signal) => {
      begun.push(key);
      while (!gate.open) {
        signal.throwIfAborted();
        await turn();
      }
      done.push(key);
    },
    refreshed: () => {},
    now: () => 1_000_000,
  });
  return { refresher, usage, pace, begun, done, gate };
}

const lost = (key: string, hits = 1) => ({ key, hits });

describe('after a change', () => {
  it('what was asked before is computed again, the most used first; what nobody asked is not', async () => {
    const { refresher, usage, done } = refresherWith();
    for (let i = 0; i < 3; i++) usage.add('b', 1000, undefined);
    usage.add('a', 1000, undefined);
    refresher.changed([lost('hit twice', 2), lost('never', 0), lost('a', 0), lost('hit', 1), lost('b', 9)]);
    await settle();
    expect(done).toEqual(['b', 'a', 'hit twice', 'hit']);
  });

  it('nothing is computed that would not be kept', async () => {
    const { refresher, done } = refresherWith((key) => key !== 'off');
    refresher.changed([lost('off'), lost('on')]);
    await settle();
    expect(done).toEqual(['on']);
  });

  it('at most fifty wait, the most used', async () => {
    const { refresher, done, pace } = refresherWith();
    pace.pause();
    refresher.changed(Array.from({ length: 200 }, (_, i) => lost(`k${i}`, i + 1)));
    expect(refresher.waiting).toBe(50);
    pace.resume();
    await settle();
    expect(done).toHaveLength(50);
    expect(done[0]).toBe('k199');
  });

  it('a newer change of the same gives up what is being computed, and computes it once more', async () => {
    const { refresher, begun, done, gate } = refresherWith();
    gate.open = false;
    refresher.changed([lost('a', 2), lost('b', 1)]);
    await turn();
    await turn();
    expect(begun).toEqual(['a']);
    refresher.changed([lost('a', 2)]);
    await settle();
    expect(done).toEqual([]);
    gate.open = true;
    await settle();
    expect(done.sort()).toEqual(['a', 'b']);
    expect(begun.filter((key) => key === 'a')).toHaveLength(2);
  });

  it('nothing goes on after it is closed', async () => {
    const { refresher, done, gate } = refresherWith();
    gate.open = false;
    refresher.changed([lost('a'), lost('b')]);
    await turn();
    await refresher.close();
    refresher.changed([lost('c')]);
    gate.open = true;
    await settle();
    expect(done).toEqual([]);
  });
});
