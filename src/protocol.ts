/**
 * Every message between the extension host and the Cache Explorer's page.
 *
 * The host owns the data and sends whole snapshots; the page keeps only what is about looking at
 * them (chosen range, expanded tags, sort order). Times are milliseconds since the epoch,
 * durations milliseconds, sizes bytes.
 */

import type { AdviceData } from './protocol/advice.ts';
import type { AnswersData, MatchMark } from './protocol/answers.ts';
import type { EntriesPage, EntriesQuery, EntryDetail } from './protocol/entries.ts';
import type { FilesPage, FilesQuery } from './protocol/files.ts';
import type { Level } from './protocol/levels.ts';
import type { MissesData } from './protocol/misses.ts';
import type { Outlook } from './protocol/outlook.ts';
import type { ProviderData } from './protocol/provider.ts';
import type { Range } from './protocol/range.ts';
import type { Period, SavingsData } from './protocol/savings.ts';
import type { SettingsData } from './protocol/settings.ts';

export { LEVELS, type Level } from './protocol/levels.ts';
export { RANGES, type Range } from './protocol/range.ts';

export const HOT_SORTS = ['hits', 'bytes', 'created', 'cost'] as const;
export type HotSort = (typeof HOT_SORTS)[number];

/** Which hits make a key hot: all since it was stored here, or those of the last stretch of time. */
export const HOT_SPANS = ['5m', '1h', '24h', 'stored'] as const;
export type HotSpan = (typeof HOT_SPANS)[number];

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
  /** Of them, within the span that the view names; absent where that is since it was stored. */
  readonly recentHits?: number;
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
  /** Takes it back, while the undo buffer has it. */
  readonly undo?: string;
}

export type WarmState =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly done: number; readonly total: number }
  /** By a person; `total` is 0 when nothing was under way. */
  | { readonly state: 'paused'; readonly done: number; readonly total: number };

/** The sections of the page beside its overview; the host sends what the one that is shown needs. */
export const SECTIONS = [
  'overview',
  'entries',
  'tags',
  'files',
  'misses',
  'answers',
  'provider',
  'savings',
  'advice',
  'activity',
  'settings',
] as const;
export type Section = (typeof SECTIONS)[number];

/** What a section shows; overview, tags and activity need nothing beside the snapshot. */
export type Content =
  | { readonly section: 'entries'; readonly page: EntriesPage; readonly detail?: EntryDetail }
  | { readonly section: 'files'; readonly page: FilesPage }
  | { readonly section: 'misses'; readonly misses: MissesData }
  | { readonly section: 'answers'; readonly answers: AnswersData }
  | { readonly section: 'provider'; readonly provider: ProviderData }
  | { readonly section: 'savings'; readonly savings: SavingsData }
  | { readonly section: 'advice'; readonly advice: AdviceData }
  | { readonly section: 'settings'; readonly settings: SettingsData };

export interface Snapshot {
  readonly at: number;
  readonly overview: Overview;
  readonly series: Series;
  readonly hotKeys: readonly HotKey[];
  readonly tags: TagTree;
  readonly activity: readonly Activity[];
  readonly warm: WarmState;
  /** Alerts, and what is computed ahead. */
  readonly outlook: Outlook;
  /** In the cache, each counted once however many levels have it. */
  readonly entries: number;
  /** Of the section that is shown, once it is known; it may come one snapshot later. */
  readonly content?: Content | undefined;
  /** Why there is no content, in one sentence. */
  readonly problem?: string | undefined;
}

/** What the page wants to see; sent whenever it changes, kept across reloads by the page. */
export interface View {
  readonly range: Range;
  readonly hotSort: HotSort;
  /** Since they were stored, unless given. */
  readonly hotSpan?: HotSpan | undefined;
  readonly expandedTags: readonly string[];
  readonly section: Section;
  readonly entries: EntriesQuery;
  /** The key that is shown in full, in the section of entries. */
  readonly entry?: string | undefined;
  readonly files: FilesQuery;
  readonly period: Period;
}

export type ToHost =
  | { readonly type: 'ready'; readonly view: View }
  | { readonly type: 'view'; readonly view: View }
  | { readonly type: 'invalidateTag'; readonly tag: string }
  | { readonly type: 'invalidateKey'; readonly key: string }
  | { readonly type: 'invalidateKeys'; readonly keys: readonly string[] }
  | { readonly type: 'invalidateFile'; readonly file: string }
  | { readonly type: 'undo'; readonly id: string }
  | { readonly type: 'applyAdvice'; readonly id: string }
  | { readonly type: 'revertAdvice'; readonly id: string }
  /** Whether the answer to a similar question was, or would have been, right. */
  | { readonly type: 'markMatch'; readonly id: string; readonly marked: MatchMark }
  | { readonly type: 'openSetting'; readonly id: string }
  /** VS Code's own, where it explains its prompts. */
  | { readonly type: 'openDebugLogs' }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'openFile'; readonly file: string }
  | { readonly type: 'muteAlert'; readonly name: string; readonly muted: boolean }
  | { readonly type: 'warm' }
  | { readonly type: 'cancelWarm' }
  | { readonly type: 'clearAll' }
  /** An error in the page: it ends in the output channel. */
  | { readonly type: 'error'; readonly message: string };

export type ToPage =
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  /** A link led here: the page shows this. */
  | { readonly type: 'show'; readonly view: Partial<View> }
  /** A request could not be served, in one sentence for the person at the panel. */
  | { readonly type: 'failed'; readonly message: string };
