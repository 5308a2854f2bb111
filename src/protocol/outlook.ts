/** Why something was warmed: at a time that nobody waited for, or because somebody asked for it. */
export const RUN_CAUSES = ['startup', 'schedule', 'idle', 'asked'] as const;
export type RunCause = (typeof RUN_CAUSES)[number];

/** Why an entry is refreshed ahead of the next ask: a change made it invalid, or its lifetime ends. */
export const REFRESH_CAUSES = ['change', 'expiry'] as const;
export type RefreshCause = (typeof REFRESH_CAUSES)[number];

/** A rule that fires, was told lately or is muted. */
export interface AlertRow {
  readonly name: string;
  readonly state: 'firing' | 'ok';
  /** What it watches, `the hit rate`, and what it waits for, `below 60 %, over 15 min`. */
  readonly of: string;
  readonly condition: string;
  /** Now, with its unit; absent while there is nothing to measure. */
  readonly value?: string;
  /** Of the state. */
  readonly since: number;
  /** How often it was told, and when last. */
  readonly told: number;
  readonly toldAt?: number;
  /** When it would be told again if it went on; absent when it would not, or does not fire. */
  readonly againAt?: number;
  readonly mutedUntil?: number;
}

/** Entries, since the window opened. */
export interface RefreshCount {
  readonly computed: number;
  /** Refused by the analysis, or failed. */
  readonly failed: number;
  /** Too many at once, or not needed any more when its turn came. */
  readonly skipped: number;
}

export interface WarmRunRow {
  readonly cause: RunCause;
  /** When it ended, and what it took. */
  readonly at: number;
  readonly ms: number;
  readonly computed: number;
  /** Already cached and unchanged. */
  readonly fresh: number;
  readonly failed: number;
  readonly cancelled: boolean;
  /** The first reasons of what failed. */
  readonly reasons: readonly string[];
}

export interface WarmingOutlook {
  readonly strategy: string;
  /** When it is warmed by itself. */
  readonly whenIdle: boolean;
  /** The cron expression, and when it comes due next; absent when there is none. */
  readonly schedule?: string;
  readonly next?: number;
  /** Absent before the first. */
  readonly last?: WarmRunRow;
  readonly refreshed: Readonly<Record<RefreshCause, RefreshCount>>;
  /** Entries that wait to be refreshed. */
  readonly waiting: number;
}

/** What is watched and what is done ahead. */
export interface Outlook {
  /** Firing first, then by when they were told. */
  readonly alerts: readonly AlertRow[];
  /** Rules that are on. */
  readonly rules: number;
  readonly warming: WarmingOutlook;
}
