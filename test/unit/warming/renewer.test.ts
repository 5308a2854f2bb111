import { describe, expect, it, onTestFinished } from 'vitest';
import { ExpiringKeys, type Lifetime } from '../../../src/warming/expiring.ts';
import type { Asked } from '../../../src/warming/job.ts';
import { Pace } from '../../../src/warming/pace.ts';
import { RefreshCounts } from '../../../src/warming/refresh-counts.ts';
import { Renewer } from '../../../src/warming/renewer.ts';

const MINUTE = 60_000;
const turn = () => new Promise((resolve) => setImmediate(resolve));
const settle = async () => {
  for (let i = 0; i < 300; i++) await turn();
};

/** Entries that live for ten minutes, with a clock that the test moves. */
function renewerWith(outcome: () => Asked = () => 'computed') {
  const clock = { now: 1_000_000_000, wanted: true };
  const entries = new Map<string, Lifetime>();
  const computing = new Set<string>();
  const pace = new Pace({ maxCpuPercent: () => 100, asking: () => 0 });
  const counts = new RefreshCounts();
  const renewed: string[] = [];
  const gate = { open: true };
  let atOnce = 0;
  const most = { atOnce: 0 };
  const store = (key: string, ms = 10 * MINUTE) =>
    entries.set(key, { createdAt: clock.now, expiresAt: clock.now + ms, costMs: 5 });
  const renewer = new Renewer({
    pace,
    counts,
    wanted: () => clock.wanted,
    lifetime: (key) => entries.get(key),
    computing: (key) => computing.has(key),
    renew: async (key, signal) => {
      renewed.push(key);
      most.atOnce = Math.max(most.atOnce, ++atOnce);
      try {
        while (!gate.open) {
          signal.throwIfAborted();
          await turn();
        }
        const asked = outcome();
        if (asked === 'computed') store(key);
        return asked;
      } finally {
        atOnce--;
      }
    },
    progress: () => {},
    now: () => clock.now,
  });
  onTestFinished(() => renewer.close());
  const passing = async (ms: number) => {
    clock.now += ms;
    renewer.beat();
    await settle();
  };
  return { renewer, entries, computing, pace, counts, renewed, gate, most, store, passing, clock };
}

describe('refreshing before the end of a lifetime', () => {
  it('computes what was asked for again, and not what was not', async () => {
    const { renewer, store, passing, renewed, counts } = renewerWith();
    for (const key of ['a', 'never asked again']) store(key);
    renewer.hit('a');
    await passing(8 * MINUTE);
    expect(renewed).toEqual([]);
    await passing(1.5 * MINUTE);
    expect(renewed).toEqual(['a']);
    expect(counts.expiry).toEqual({ computed: 1, failed: 0, skipped: 0 });
  });

  it('is once per ask: who stops asking is not computed for any more', async () => {
    const { renewer, store, passing, renewed } = renewerWith();
    store('a');
    renewer.hit('a');
    await passing(9.5 * MINUTE);
    for (let i = 0; i < 10; i++) await passing(9.5 * MINUTE);
    expect(renewed).toEqual(['a']);
    store('a');
    renewer.hit('a');
    await passing(9.5 * MINUTE);
    expect(renewed).toEqual(['a', 'a']);
  });

  it('is one key at a time, and each once, however often it is asked for meanwhile', async () => {
    const { renewer, store, passing, renewed, gate, most, counts } = renewerWith();
    for (const key of ['a', 'b', 'c']) {
      store(key);
      renewer.hit(key);
    }
    gate.open = false;
    await passing(9.5 * MINUTE);
    for (let i = 0; i < 20; i++) {
      for (const key of ['a', 'b', 'c']) renewer.hit(key);
      await passing(1000);
    }
    expect(renewed).toEqual(['a']);
    for (const key of ['a', 'b', 'c']) renewer.hit(key);
    gate.open = true;
    await settle();
    await passing(1000);
    expect(renewed).toEqual(['a', 'b', 'c']);
    expect(counts.expiry).toEqual({ computed: 3, failed: 0, skipped: 0 });
    expect(most.atOnce).toBe(1);
  });

  it('leaves alone what somebody computes, what was replaced, and what has expired meanwhile', async () => {
    const { renewer, store, passing, renewed, computing, pace, counts, entries, clock } = renewerWith();
    for (const key of ['in work', 'replaced', 'gone', 'late']) {
      store(key, key === 'late' ? 9.6 * MINUTE : 10 * MINUTE);
      renewer.hit(key);
    }
    pace.pause();
    await passing(9.5 * MINUTE);
    expect(renewer.waiting).toBe(4);
    computing.add('in work');
    store('replaced');
    entries.delete('gone');
    clock.now += 0.2 * MINUTE;
    pace.resume();
    await settle();
    expect(renewed).toEqual([]);
    expect(counts.expiry).toEqual({ computed: 0, failed: 0, skipped: 4 });
  });

  it('counts what is refused, and goes on', async () => {
    const { renewer, store, passing, renewed, counts } = renewerWith(() => ({ refused: 'no such file' }));
    for (const key of ['a', 'b']) {
      store(key);
      renewer.hit(key);
    }
    await passing(9.5 * MINUTE);
    expect(renewed).toEqual(['a', 'b']);
    expect(counts.expiry).toEqual({ computed: 0, failed: 2, skipped: 0 });
  });

  it('computes at most fifty at once, the soonest to expire; the others expire', async () => {
    const { renewer, store, passing, renewed, counts, clock } = renewerWith();
    for (let i = 0; i < 200; i++) {
      store(`k${199 - i}`, 10 * MINUTE + i);
      renewer.hit(`k${199 - i}`);
    }
    expect(clock.now).toBe(1_000_000_000);
    await passing(9.5 * MINUTE);
    expect(renewed).toHaveLength(50);
    expect(renewed[0]).toBe('k199');
    expect(counts.expiry).toEqual({ computed: 50, failed: 0, skipped: 150 });
  });

  it('gives up what is in work when it is closed', async () => {
    const { renewer, store, passing, renewed, gate, counts } = renewerWith();
    for (const key of ['a', 'b']) {
      store(key);
      renewer.hit(key);
    }
    gate.open = false;
    await passing(9.5 * MINUTE);
    await renewer.close();
    gate.open = true;
    await passing(10_000);
    expect(renewed).toEqual(['a']);
    expect(counts.expiry).toEqual({ computed: 0, failed: 0, skipped: 0 });
  });
});

describe('keys that expire', () => {
  const lived = (ms: number, costMs = 0) => ({ createdAt: 0, expiresAt: ms, costMs });
  const dueAt = (lifetime: Lifetime) => {
    const keys = new ExpiringKeys();
    keys.hit('a', lifetime);
    for (let now = 0; now <= lifetime.expiresAt; now += 100) if (keys.due(now).length > 0) return now;
    return undefined;
  };

  it('are due a tenth of their lifetime before it ends, and early enough to be computed', () => {
    expect(dueAt(lived(100_000))).toBe(90_000);
    expect(dueAt(lived(10_000))).toBe(8000);
    expect(dueAt(lived(10 * 3_600_000))).toBe(10 * 3_600_000 - MINUTE);
    expect(dueAt(lived(100_000, 10_000))).toBe(70_000);
    expect(dueAt(lived(100_000, 3_600_000))).toBe(50_000);
    expect(dueAt(lived(9_999))).toBeUndefined();
  });

  it('are bounded: the one asked for longest ago goes', () => {
    const keys = new ExpiringKeys();
    for (let i = 0; i < 1000; i++) keys.hit(`k${i}`, lived(100_000));
    keys.hit('k0', lived(100_000));
    keys.hit('new', lived(100_000));
    expect(keys.size).toBe(1000);
    const due = keys.due(95_000).map(({ key }) => key);
    expect(due).toContain('k0');
    expect(due).not.toContain('k1');
    expect(keys.size).toBe(0);
  });
});
