export const FILE_SORTS = ['path', 'entries', 'bytes', 'cost', 'changes'] as const;
export type FileSort = (typeof FILE_SORTS)[number];

export interface FilesQuery {
  /** A part of the path, or a glob. */
  readonly filter: string;
  readonly sort: FileSort;
  readonly descending: boolean;
  readonly from: number;
  readonly count: number;
}

/** A file that entries rest on, and what a save of it would cost. */
export interface FileRow {
  readonly file: string;
  /** Entries that a change makes invalid, those that rest on entries included. */
  readonly entries: number;
  readonly bytes: number;
  /** To compute them again, from their measured cost; undefined when none was measured. */
  readonly costMs?: number;
  /** Changes noticed since the process started, and the entries that they made invalid. */
  readonly changes: number;
  readonly invalidated: number;
}

export interface FilesPage {
  readonly query: FilesQuery;
  readonly total: number;
  readonly matched: number;
  readonly rows: readonly FileRow[];
  readonly problem?: string;
}
