import { durationText } from '../../cache/policy/quantities.ts';
import type { RecordedMiss } from './miss-log.ts';

/** When it happened, from when the key was asked for: the words do not depend on where they are read. */
const BEFORE = {
  expired: (ago: string) => `its lifetime ended ${ago} before`,
  evicted: (ago: string) => `${ago} before`,
  invalidated: (ago: string) => `${ago} before`,
  changed: (ago: string) => `noticed ${ago} before`,
} as const;

/** What a miss is told with beside its reason: which input, cause, policy or level, and when; undefined for nothing. */
export function missText(miss: RecordedMiss, undo?: string): string | undefined {
  const { reason, detail, since, at } = miss;
  const parts = detail ? [detail] : [];
  if (since !== undefined && reason in BEFORE) {
    parts.push(BEFORE[reason as keyof typeof BEFORE](agoText(at - since)));
  }
  if (undo !== undefined) parts.push('can be undone');
  return parts.length > 0 ? parts.join(', ') : undefined;
}

const UNITS = [86_400_000, 3_600_000, 60_000, 1000];

/** Ms, in the largest whole unit: `just`, `12 s`, `3 h`. */
export function agoText(ms: number): string {
  const unit = UNITS.find((one) => ms >= one * (one === 1000 ? 1 : 2));
  return unit === undefined ? 'just' : durationText(Math.floor(ms / unit) * unit);
}
