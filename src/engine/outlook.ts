import { conditionOf, valueText } from '../insight/alerts/alert-text.ts';
import type { AlertState } from '../insight/alerts/alerts.ts';
import type { AlertRow, Outlook, WarmingOutlook, WarmRunRow } from '../protocol/outlook.ts';
import type { Warming } from '../warming/warming.ts';

/** A rule that was told within this time is shown though it does not fire any more, ms. */
const LATELY_MS = 24 * 3_600_000;

/** What is watched and what is done ahead, as the panel shows it. */
export function outlook(alerts: readonly AlertState[], warming: Warming, now: number): Outlook {
  const on = alerts.filter(({ state }) => state !== 'off');
  const shown = on.filter(
    ({ state, toldAt, muted }) =>
      state === 'firing' || muted || (toldAt !== undefined && now - toldAt < LATELY_MS),
  );
  const first = ({ state, toldAt = 0 }: AlertState) => (state === 'firing' ? now : 0) + toldAt;
  return {
    alerts: shown.sort((a, b) => first(b) - first(a)).map(alertRow),
    rules: on.length,
    warming: warmingOutlook(warming),
  };
}

function alertRow({ rule, state, value, since, told, toldAt, mutedUntil }: AlertState): AlertRow {
  const firing = state === 'firing';
  const again = firing && rule.cooldownMs > 0 && toldAt !== undefined ? toldAt + rule.cooldownMs : undefined;
  return {
    name: rule.name,
    state: firing ? 'firing' : 'ok',
    ...conditionOf(rule),
    ...(value !== undefined && { value: valueText(rule, value) }),
    since,
    told,
    ...(toldAt !== undefined && { toldAt }),
    ...(again !== undefined && { againAt: again }),
    ...(mutedUntil !== undefined && { mutedUntil }),
  };
}

function warmingOutlook({ settings, statistics, refreshed, runs: { last } }: Warming): WarmingOutlook {
  const { strategy, schedule, whenIdle } = settings;
  const { next, refreshing } = statistics;
  return {
    strategy,
    whenIdle,
    ...(schedule !== '' && { schedule }),
    ...(next !== undefined && { next }),
    ...(last && { last: lastRun(last) }),
    refreshed: { change: { ...refreshed.change }, expiry: { ...refreshed.expiry } },
    waiting: refreshing,
  };
}

function lastRun({ cause, at, report }: NonNullable<Warming['runs']['last']>): WarmRunRow {
  const { ms, computed, hits, refused, cancelled, reasons } = report;
  return { cause, at, ms, computed, fresh: hits, failed: refused, cancelled, reasons };
}
