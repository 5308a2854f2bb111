/**
 * Every message between the extension host and the Cache Explorer's page.
 *
 * The host owns the data and sends whole snapshots; the page keeps only what is about looking at
 * them (chosen range, expanded tags, sort order). Times are milliseconds since the epoch,
 * durations milliseconds, sizes bytes.
 */

export const LEVELS = ['memory', 'file', 'shared'] as const;
export type Level = (typeof LEVELS)[number];

export const RANGES = ['5m', '1h', '24h'] as const;
/** The stretch of time that the hit-rate chart covers. */
export type Range = (typeof RANGES)[number];

export const HOT_SORTS = ['hits', 'bytes', 'created', 'cost'] as const;
export type HotSort = (typeof HOT_SORTS)[number];

export type Counts = Readonly<Record<Level, number>>;

/** What happened in `[t, t + step)`. */
export interface SeriesPoint {
  readonly t: number;
  readonly hits: Counts;
  readonly misses: number;
}

export interface Series {
  readonly range: Range;
  /** Width of one point, ms. */
  readonly step: number;
  /** Oldest first; points without traffic are left out. */
  readonly points: readonly SeriesPoint[];
}

export interface LevelSummary {
  readonly level: Level;
  /** `off` is not configured; `failing` answers no requests now, see `problem`. */
  readonly state: 'on' | 'off' | 'failing';
  readonly problem?: string;
  readonly hits: number;
  readonly entries: number;
  readonly bytes: number;
  readonly errors: number;
}

export interface Overview {
  /** Since the window opened. */
  readonly hits: number;
  readonly misses: number;
  /** Reads that a running computation of the same key answered; not in `hits`. */
  readonly joined: number;
  /** Median and 99th percentile of computing, over the last 1,000 misses; absent before the first. */
  readonly computeMs?: { readonly p50: number; readonly p99: number };
  /** Time that hits did not spend computing, from the measured cost of the entry hit. */
  readonly savedMs: number;
  readonly levels: readonly LevelSummary[];
}

export interface HotKey {
  readonly key: string;
  readonly hits: number;
  readonly bytes: number;
  readonly createdAt: number;
  readonly lastHitAt: number;
  /** What computing it took. */
  readonly costMs: number;
  readonly levels: readonly Level[];
  /** Workspace file that the entry is about, when there is one: openable. */
  readonly file?: string;
}

export interface TagNode {
  /** Full tag, for example `folder/src/cache`. */
  readonly tag: string;
  /** Last part, for example `cache`. */
  readonly label: string;
  /** Entries under this tag and all below it. */
  readonly entries: number;
  readonly bytes: number;
  readonly hasChildren: boolean;
}

/** Children by parent tag; the roots are under `''`. Only expanded parents are present. */
export type TagTree = Readonly<Record<string, readonly TagNode[]>>;

/** What a person or a change did to the cache, newest first. */
export interface Activity {
  readonly id: number;
  readonly at: number;
  readonly kind: 'save' | 'change' | 'invalidate' | 'clear' | 'warm' | 'import' | 'pressure' | 'problem';
  /** One plain sentence: `src/a.ts changed: 3 entries invalid`. */
  readonly text: string;
  readonly entries: number;
}

export type WarmState =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly done: number; readonly total: number };

export interface Snapshot {
  readonly at: number;
  readonly overview: Overview;
  readonly series: Series;
  readonly hotKeys: readonly HotKey[];
  readonly tags: TagTree;
  readonly activity: readonly Activity[];
  readonly warm: WarmState;
}

/** What the page wants to see; sent whenever it changes, kept across reloads by the page. */
export interface View {
  readonly range: Range;
  readonly hotSort: HotSort;
  readonly expandedTags: readonly string[];
}

export type ToHost =
  | { readonly type: 'ready'; readonly view: View }
  | { readonly type: 'view'; readonly view: View }
  | { readonly type: 'invalidateTag'; readonly tag: string }
  | { readonly type: 'invalidateKey'; readonly key: string }
  | { readonly type: 'openFile'; readonly file: string }
  | { readonly type: 'warm' }
  | { readonly type: 'cancelWarm' }
  | { readonly type: 'clearAll' }
  /** An error in the page: it ends in the output channel. */
  | { readonly type: 'error'; readonly message: string };

export type ToPage =
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  /** A request could not be served, in one sentence for the person at the panel. */
  | { readonly type: 'failed'; readonly message: string };
