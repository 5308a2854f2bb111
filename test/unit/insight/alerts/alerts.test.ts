import { describe, expect, it } from 'vitest';
import { Alerts } from '../../../../src/insight/alerts/alerts.ts';
import type { Figures } from '../../../../src/insight/alerts/metrics.ts';
import { Mutes } from '../../../../src/insight/alerts/mutes.ts';
import { readRules } from '../../../../src/insight/alerts/rules.ts';
import { Window } from '../../../../src/insight/alerts/window.ts';

const QUIET: Figures = {
  asks: { hits: 0, misses: 0 },
  namespaces: new Map(),
  memory: 0.1,
  disk: 0.1,
  errors: { memory: 0, file: 0, shared: 0 },
  failing: new Set(),
  latency: undefined,
  evictions: 0,
  missReasons: {},
};

/** Alerts over figures that the test sets, with a clock that goes on a second at a beat. */
function watching(...declared: object[]) {
  const read = readRules(declared);
  expect(read.problems).toEqual([]);
  const state = { figures: QUIET, now: 1_000_000, rules: read.rules ?? [] };
  const told: string[] = [];
  const mutes = new Mutes(undefined, () => state.now);
  const alerts = new Alerts({
    mutes,
    rules: () => state.rules,
    tell: ({ rule, text }) => void told.push(`${rule.name}: ${text}`),
    now: () => state.now,
  });
  let measured = 0;
  const beats = (seconds: number, figures: (second: number) => Partial<Figures> = () => ({})) => {
    for (let second = 0; second < seconds; second++) {
      state.now += 1000;
      state.figures = { ...state.figures, ...figures(second) };
      alerts.beat(() => {
        measured++;
        return state.figures;
      });
    }
  };
  return { alerts, mutes, state, told, beats, measured: () => measured };
}

const memory = (more: object = {}) => ({
  name: 'memory',
  metric: 'memory',
  operator: '>',
  threshold: '90%',
  window: '1 min',
  ...more,
});

describe('an alert', () => {
  it('is told once when its condition was met throughout the window', () => {
    const { told, beats, alerts } = watching(memory());
    beats(60, () => ({ memory: 0.95 }));
    expect(told).toEqual([]);
    beats(1);
    expect(told).toEqual(['memory: memory in use is 95 %, above 90 %, over 1 min.']);
    beats(1000);
    expect(told).toHaveLength(1);
    expect(alerts.state).toMatchObject([{ name: 'memory', state: 'firing', value: 0.95, told: 1 }]);
  });

  it('is not told of what came and went within the window', () => {
    const { told, beats } = watching(memory());
    for (let i = 0; i < 10; i++) {
      beats(50, () => ({ memory: 0.95 }));
      beats(1, () => ({ memory: 0.5 }));
    }
    expect(told).toEqual([]);
  });

  it('is told again when the cooldown is over, and never with none', () => {
    const { told, beats } = watching(
      memory({ name: 'again', cooldown: '10 min' }),
      memory({ name: 'once', cooldown: 'none' }),
    );
    beats(61 + 1200, () => ({ memory: 0.95 }));
    expect(told.filter((text) => text.startsWith('again'))).toHaveLength(3);
    expect(told.filter((text) => text.startsWith('once'))).toHaveLength(1);
  });

  it('is told again after it has recovered for a while', () => {
    const { told, beats, alerts } = watching(memory({ window: '5 s' }));
    beats(10, () => ({ memory: 0.95 }));
    expect(told).toHaveLength(1);
    beats(12, () => ({ memory: 0.8 }));
    expect(alerts.state[0]?.state).toBe('ok');
    beats(10, () => ({ memory: 0.95 }));
    expect(told).toHaveLength(2);
  });

  it('is not told again while its value flutters around the threshold', () => {
    const rule = { metric: 'evictions', operator: '>', threshold: 60, window: '5 s' };
    const { told, beats, alerts } = watching(rule);
    const states = new Set<boolean>();
    let evictions = 0;
    for (let i = 0; i < 10; i++) {
      beats(6, () => {
        evictions += 2;
        return { evictions };
      });
      beats(3);
      states.add((alerts.state[0]?.value ?? 0) > 60);
    }
    expect(states).toEqual(new Set([false]));
    expect(told).toHaveLength(1);
  });

  it('that is muted tells nobody, and is still shown', () => {
    const { told, beats, alerts, mutes } = watching(memory());
    mutes.mute('memory');
    beats(100, () => ({ memory: 0.95 }));
    expect(told).toEqual([]);
    expect(alerts.state[0]).toMatchObject({ state: 'firing', muted: true, told: 0 });
  });

  it('that is still met when its mute ends is told then', () => {
    const { told, beats, alerts, mutes, state } = watching(memory());
    const until = mutes.mute('memory');
    expect(until).toBe(state.now + 24 * 3_600_000);
    beats(100, () => ({ memory: 0.95 }));
    expect(alerts.state[0]).toMatchObject({ muted: true, mutedUntil: until });
    state.now = until;
    beats(1);
    expect(told).toHaveLength(1);
    expect(alerts.state[0]).toMatchObject({ state: 'firing', muted: false, told: 1 });
  });

  it('that is off is not measured; without rules nothing is', () => {
    const { told, beats, alerts, measured } = watching(memory({ enabled: false }));
    beats(100, () => ({ memory: 0.95 }));
    expect(told).toEqual([]);
    expect(alerts.state[0]?.state).toBe('off');
    expect(measured()).toBe(0);
  });

  it('goes on when other rules change, and begins anew when it does', () => {
    const { told, beats, state } = watching(memory());
    beats(100, () => ({ memory: 0.95 }));
    state.rules = readRules([memory(), memory({ name: 'other' })]).rules ?? [];
    beats(100);
    expect(told).toHaveLength(2);
    state.rules = readRules([memory({ threshold: '80%' })]).rules ?? [];
    beats(100);
    expect(told).toHaveLength(3);
    expect(told[2]).toContain('above 80 %');
  });
});

describe('a metric', () => {
  it('hitRate is of the window alone, overall and of a namespace, and says nothing before 20 asks', () => {
    const { told, beats } = watching(
      { name: 'all', metric: 'hitRate', operator: '<', threshold: '50%', window: '1 min' },
      { name: 'one', metric: 'hitRate', namespace: 'tool', operator: '<', threshold: 0.5, window: '1 min' },
    );
    const asks = (hits: number, misses: number, tool: readonly [number, number]) => () => ({
      asks: { hits, misses },
      namespaces: new Map([['tool', { hits: tool[0], misses: tool[1] }]]),
    });
    beats(70, asks(1000, 0, [0, 0]));
    beats(70, asks(1000, 19, [0, 19]));
    expect(told).toEqual([]);
    beats(70, asks(1010, 39, [10, 39]));
    expect(told).toEqual([
      'all: the hit rate is 33.3 %, below 50 %, over 1 min.',
      'one: the hit rate of the namespace "tool" is 33.3 %, below 50 %, over 1 min.',
    ]);
  });

  it.each<[object, (second: number) => Partial<Figures>, string]>([
    [
      { metric: 'errors', level: 'file', threshold: 5 },
      (second) => ({ errors: { memory: 0, file: second, shared: 0 } }),
      'rule: errors of the level "file": 60, above 5, over 1 min.',
    ],
    [
      { metric: 'errors', threshold: 5 },
      (second) => ({ errors: { memory: 0, file: second, shared: second } }),
      'rule: errors: 120, above 5, over 1 min.',
    ],
    [
      { metric: 'failing', threshold: 0 },
      () => ({ failing: new Set(['shared']) }),
      'rule: failing levels: 1, above 0, over 1 min.',
    ],
    [
      { metric: 'failing', level: 'shared', threshold: 0 },
      () => ({ failing: new Set(['shared']) }),
      'rule: failing levels of the level "shared": 1, above 0, over 1 min.',
    ],
    [
      { metric: 'disk', threshold: '90%' },
      () => ({ disk: 0.96 }),
      'rule: room in use on the file level is 96 %, above 90 %, over 1 min.',
    ],
    [
      { metric: 'latency', threshold: '500 ms' },
      () => ({ latency: 812.4 }),
      'rule: the 99th percentile of computing is 812.4 ms, above 500 ms, over 1 min.',
    ],
    [
      { metric: 'evictions', threshold: 100 },
      (second) => ({ evictions: 3 * second }),
      'rule: evictions from memory: 180 per minute, above 100 per minute, over 1 min.',
    ],
    [
      { metric: 'misses', reason: 'evicted', threshold: 100 },
      (second) => ({ missReasons: { evicted: 2 * second, changed: 1000 * second } }),
      'rule: misses for the reason "evicted": 120 per minute, above 100 per minute, over 1 min.',
    ],
  ])('%j is measured and told', (rule, figures, text) => {
    const { told, beats } = watching({ name: 'rule', operator: '>', window: '1 min', ...rule });
    beats(61, figures);
    expect(told).toEqual([text]);
  });

  it.each<[string, number, boolean]>([
    ['<', 0.5, true],
    ['<', 0.4, false],
    ['<=', 0.4, true],
    ['<=', 0.3, false],
    ['>', 0.3, true],
    ['>', 0.4, false],
    ['>=', 0.4, true],
    ['>=', 0.5, false],
  ])('0.4 %s %d is met: %s', (operator, threshold, met) => {
    const { told, beats } = watching({ metric: 'memory', operator, threshold, window: '5 s' });
    beats(10, () => ({ memory: 0.4 }));
    expect(told).toHaveLength(met ? 1 : 0);
  });

  it('that cannot be measured any more begins its window anew', () => {
    const { told, beats } = watching({ metric: 'disk', operator: '>', threshold: 0.9, window: '1 min' });
    beats(50, () => ({ disk: 0.95 }));
    beats(1, () => ({ disk: undefined }));
    beats(50, () => ({ disk: 0.95 }));
    expect(told).toEqual([]);
    beats(20);
    expect(told).toHaveLength(1);
  });
});

describe('a window', () => {
  it('of a day sees the least and the greatest of every second, and keeps few steps', () => {
    const window = new Window(86_400_000);
    let last: ReturnType<Window['add']>;
    for (let second = 0; second <= 90_000; second++) {
      const value = second === 50_001 ? 9 : second === 50_002 ? 1 : 5;
      last = window.add(second * 1000, { kind: 'gauge', value }, false);
    }
    expect(last).toEqual({ value: 5, least: 1, greatest: 9 });
  });

  it('begins anew when the clock is put back', () => {
    const window = new Window(5000);
    const at = (second: number) => window.add(second * 1000, { kind: 'counter', count: second }, false);
    for (let second = 100; second < 110; second++) at(second);
    expect(at(50)).toBeUndefined();
    for (let second = 51; second < 55; second++) expect(at(second)).toBeUndefined();
    expect(at(55)?.value).toBe(5);
  });
});
