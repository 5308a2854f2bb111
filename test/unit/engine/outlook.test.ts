import { describe, expect, it } from 'vitest';
import { outlook } from '../../../src/engine/outlook.ts';
import type { AlertState } from '../../../src/insight/alerts/alerts.ts';
import { readRules } from '../../../src/insight/alerts/rules.ts';
import { ahead } from '../../../src/insight/prometheus/ahead.ts';
import { textOf } from '../../../src/insight/prometheus/text-format.ts';
import { RefreshCounts } from '../../../src/warming/refresh-counts.ts';
import { WarmRuns } from '../../../src/warming/runs.ts';
import { DEFAULT_WARM } from '../../../src/warming/settings.ts';
import type { Warming } from '../../../src/warming/warming.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 22);

function alert(name: string, more: Partial<AlertState> = {}, cooldown = '1 h'): AlertState {
  const declared = { name, metric: 'hitRate', operator: '<', threshold: '60%', cooldown };
  const [rule] = readRules([declared]).rules ?? [];
  if (!rule) throw new Error('The rule does not fit.');
  return { rule, name, state: 'ok', muted: false, since: NOW - HOUR, told: 0, ...more };
}

/** As much of warming as the outlook is made of. */
function warmingWith(settings = DEFAULT_WARM) {
  const runs = new WarmRuns();
  const refreshed = new RefreshCounts();
  const statistics = { refreshing: 2, next: NOW + HOUR };
  return { runs, refreshed, warming: { settings, statistics, refreshed, runs } as unknown as Warming };
}

const report = {
  ...{ files: 3, keys: 0, hits: 5, computed: 7, refused: 1, unknown: [], ms: 1500, cancelled: false },
  reasons: ['a.ts is gone.'],
};

describe('the alerts that are shown', () => {
  const shown = (...alerts: AlertState[]) => outlook(alerts, warmingWith().warming, NOW);

  it('fire, are muted or were told in the last day; what fires comes first', () => {
    const { alerts, rules } = shown(
      alert('quiet'),
      alert('long ago', { told: 1, toldAt: NOW - 25 * HOUR }),
      alert('lately', { told: 1, toldAt: NOW - 23 * HOUR }),
      alert('muted', { muted: true, mutedUntil: NOW + HOUR }),
      alert('off', { state: 'off', told: 1, toldAt: NOW }),
      alert('fires', { state: 'firing', told: 1, toldAt: NOW - HOUR / 2 }),
    );
    expect(alerts.map(({ name }) => name)).toEqual(['fires', 'lately', 'muted']);
    expect(rules).toBe(5);
  });

  it('say what they watch, its value, and when they are told again', () => {
    const firing = { state: 'firing', value: 0.423, told: 1, toldAt: NOW - HOUR / 2 } as const;
    const { alerts } = shown(alert('a', firing), alert('once', firing, 'none'));
    expect(alerts[0]).toMatchObject({
      of: 'the hit rate',
      condition: 'below 60 %, over 5 min',
      value: '42.3 %',
      againAt: NOW + HOUR / 2,
    });
    expect(alerts[1]).not.toHaveProperty('againAt');
  });
});

describe('warming', () => {
  it('tells its last run and its next one; a run that somebody joined is counted once', () => {
    const { runs, warming } = warmingWith({ ...DEFAULT_WARM, schedule: '@hourly' });
    runs.ended('schedule', report, NOW);
    runs.ended('asked', report, NOW);
    expect(outlook([], warming, NOW).warming).toMatchObject({
      schedule: '@hourly',
      next: NOW + HOUR,
      waiting: 2,
      last: { cause: 'schedule', at: NOW, ms: 1500, computed: 7, fresh: 5, failed: 1 },
    });
    expect(runs.byCause.schedule.runs).toBe(1);
    expect(runs.byCause.asked.runs).toBe(0);
  });

  it('is counted for Prometheus with its refreshes, beside the rules that are on', async () => {
    const { runs, refreshed } = warmingWith();
    runs.ended('idle', report, NOW);
    const load = refreshed.counting('expiry', async () => 'computed');
    await load('analysis:outline:1:a.ts', new AbortController().signal);
    const alerts = [alert('a "rule"', { state: 'firing', told: 3 }), alert('off', { state: 'off' })];
    const text = [...textOf(ahead({ runs: runs.byCause, refreshed, alerts }))].join('');
    for (const line of [
      'agent_cache_warm_runs_total{cause="idle"} 1',
      'agent_cache_warm_run_seconds_total{cause="idle"} 1.5',
      'agent_cache_warm_entries_total{outcome="computed"} 7',
      'agent_cache_warm_entries_total{outcome="fresh"} 5',
      'agent_cache_warm_entries_total{outcome="failed"} 1',
      'agent_cache_refreshes_total{cause="expiry",outcome="computed"} 1',
      'agent_cache_alerts_told_total{rule="a \\"rule\\""} 3',
      'agent_cache_alert_firing{rule="a \\"rule\\""} 1',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    expect(text).not.toContain('rule="off"');
  });
});
