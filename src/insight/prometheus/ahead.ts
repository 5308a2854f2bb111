import {
  REFRESH_CAUSES,
  type RefreshCause,
  type RefreshCount,
  RUN_CAUSES,
  type RunCause,
} from '../../protocol/outlook.ts';
import type { AlertState } from '../alerts/alerts.ts';
import { counter, gauge } from './family.ts';
import type { Family, Sample } from './text-format.ts';

interface RunCounts {
  readonly runs: number;
  readonly computed: number;
  readonly hits: number;
  readonly refused: number;
  readonly ms: number;
}

/** What warming has done, and what alerts have found. */
export interface Ahead {
  readonly runs: Readonly<Record<RunCause, RunCounts>>;
  readonly refreshed: Readonly<Record<RefreshCause, RefreshCount>>;
  /** Of the rules there are now, which are bounded. */
  readonly alerts: readonly AlertState[];
}

/** The metrics of warming and of alerts. */
export function ahead({ runs, refreshed, alerts }: Ahead): Family[] {
  const byCause = (of: (counts: RunCounts) => number): Sample[] =>
    RUN_CAUSES.map((cause) => ({ labels: { cause }, value: of(runs[cause]) }));
  const total = (of: (counts: RunCounts) => number) =>
    RUN_CAUSES.reduce((sum, cause) => sum + of(runs[cause]), 0);
  const entries: Sample[] = [
    { labels: { outcome: 'computed' }, value: total(({ computed }) => computed) },
    { labels: { outcome: 'fresh' }, value: total(({ hits }) => hits) },
    { labels: { outcome: 'failed' }, value: total(({ refused }) => refused) },
  ];
  const refreshes = REFRESH_CAUSES.flatMap((cause) =>
    Object.entries(refreshed[cause]).map(([outcome, value]) => ({ labels: { cause, outcome }, value })),
  );
  const on = alerts.filter(({ state }) => state !== 'off');
  const byRule = (of: (alert: AlertState) => number): Sample[] =>
    on.map((alert) => ({ labels: { rule: alert.name }, value: of(alert) }));
  return [
    counter(
      'warm_runs_total',
      'Runs of warming that ended, by why they began.',
      byCause(({ runs }) => runs),
    ),
    counter(
      'warm_run_seconds_total',
      'What they took, their rests included.',
      byCause(({ ms }) => ms / 1000),
    ),
    counter('warm_entries_total', 'What they asked for ahead, by what became of it.', entries),
    counter(
      'refreshes_total',
      'Entries refreshed ahead of the next ask, by why and what became of it.',
      refreshes,
    ),
    counter(
      'alerts_told_total',
      'How often a rule was told.',
      byRule(({ told }) => told),
    ),
    gauge(
      'alert_firing',
      '1 for a rule whose condition is met, muted or not.',
      byRule(({ state }) => Number(state === 'firing')),
    ),
  ];
}
