import type { Range } from './range.ts';

export const MISS_REASONS = [
  'never-cached',
  'changed',
  'invalidated',
  'expired',
  'evicted',
  'version',
  'failed',
  'bypassed',
] as const;
export type MissReasonName = (typeof MISS_REASONS)[number];

export type MissCounts = Readonly<Partial<Record<MissReasonName, number>>>;

export interface RecentMiss {
  readonly key: string;
  readonly reason: MissReasonName;
  /** Which input, what cause, which policy, which level; in words. */
  readonly detail?: string;
  readonly at: number;
}

/** Misses by reason over time. */
export interface MissesData {
  readonly range: Range;
  readonly step: number;
  /** Oldest first; points without misses are left out. */
  readonly points: readonly { readonly t: number; readonly counts: MissCounts }[];
  /** Over the whole range. */
  readonly counts: MissCounts;
  /** Newest first. */
  readonly recent: readonly RecentMiss[];
}
