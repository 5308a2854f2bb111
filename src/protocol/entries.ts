import type { Level } from './levels.ts';

export const ENTRY_SORTS = ['key', 'namespace', 'bytes', 'created', 'lastHit', 'hits', 'cost'] as const;
export type EntrySort = (typeof ENTRY_SORTS)[number];

/** Rows that are answered at once, at the most. */
export const MOST_ROWS = 500;

/** Which entries the page wants to see. */
export interface EntriesQuery {
  /** In the filter language, see docs/explorer.md; empty is everything. */
  readonly filter: string;
  readonly sort: EntrySort;
  readonly descending: boolean;
  /** Of the rows that match, in their order. */
  readonly from: number;
  /** At most {@link MOST_ROWS}. */
  readonly count: number;
}

export interface EntryRow {
  readonly key: string;
  readonly namespace: string;
  readonly levels: readonly Level[];
  readonly bytes: number;
  readonly createdAt: number;
  /** 0 is never. */
  readonly lastHitAt: number;
  /** 0 is never. */
  readonly expiresAt: number;
  readonly hits: number;
  /** 0 is not measured. */
  readonly costMs: number;
  /** Workspace file that the entry is about, when there is one. */
  readonly file?: string;
}

export interface EntriesPage {
  /** What is answered. */
  readonly query: EntriesQuery;
  readonly total: number;
  readonly matched: number;
  readonly matchedBytes: number;
  readonly rows: readonly EntryRow[];
  /** What is wrong with the filter, in one sentence; no rows then. */
  readonly problem?: string;
}

export interface DependencyRow {
  /** As in `Dependency.on`: content, kind, names, entry, value, … */
  readonly on: string;
  readonly subject: string;
  readonly state: 'same' | 'changed' | 'unknown';
  /** When it is a file or an entry: where to go. */
  readonly file?: string;
  readonly key?: string;
}

/** One stored result of the key, for one state of its inputs. */
export interface VariantRow {
  readonly createdAt: number;
  readonly bytes: number;
  readonly levels: readonly Level[];
  /** Whether its inputs are so now; undefined when that is not known. */
  readonly current?: boolean;
}

/** One entry in full. */
export interface EntryDetail {
  readonly key: string;
  /** Absent when nothing is cached under the key. */
  readonly row?: EntryRow;
  /** The beginning of the value as text. */
  readonly value?: { readonly text: string; readonly bytes: number; readonly truncated: boolean };
  /** Why no value is shown: a sensitive namespace, not in memory, no longer true. */
  readonly withheld?: string;
  readonly tags: readonly string[];
  /** The first 200. */
  readonly dependencies: readonly DependencyRow[];
  readonly dependencyCount: number;
  /** Keys of entries that rest on this one, the first 50. */
  readonly dependents: readonly string[];
  readonly variants: readonly VariantRow[];
  /** What happened to the key, newest first: computed by whom, hit, missed and why. */
  readonly story: readonly { readonly at: number; readonly text: string }[];
  /** What would make it invalid, in sentences. */
  readonly invalidatedBy: readonly string[];
}
