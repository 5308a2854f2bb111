import type { Stamp } from '../freshness/stamp.ts';
import type { WorkspaceCache } from '../freshness/workspace-cache.ts';
import type { EntriesPage, EntriesQuery, EntryDetail } from '../protocol/entries.ts';
import type { FilesPage, FilesQuery } from '../protocol/files.ts';
import type { MissesData } from '../protocol/misses.ts';
import type { Range } from '../protocol.ts';
import { entriesPage } from './entries/entries-page.ts';
import { filesPage } from './files/files-page.ts';
import { missText } from './misses/wording.ts';
import type { Recorder } from './recorder.ts';
import type { TimeSeries } from './series/time-series.ts';
import { entryDetail, keyFacts } from './why/entry-detail.ts';
import type { Sanitise } from './why/value-text.ts';

/** Misses that are listed. */
const MOST_RECENT = 200;

export interface InspectionParts {
  readonly workspace: WorkspaceCache;
  readonly recorder: Recorder<Stamp>;
  readonly series: TimeSeries;
  readonly sanitise: Sanitise;
  readonly now?: () => number;
}

/** Looks into the cache for people and agents: no look counts as a hit, none holds the thread. */
export class Inspection {
  readonly #parts: InspectionParts;
  readonly #now: () => number;

  constructor(parts: InspectionParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
  }

  entry(key: string): Promise<EntryDetail> {
    const { workspace, recorder, sanitise } = this.#parts;
    return entryDetail({ workspace, misses: recorder.missLog, sanitise }, key);
  }

  /** What is known of a key, its value left alone. */
  facts(key: string): Promise<EntryDetail> {
    const { workspace, recorder } = this.#parts;
    return keyFacts({ workspace, misses: recorder.missLog }, key);
  }

  entries(query: EntriesQuery): Promise<EntriesPage> {
    return entriesPage(this.#parts.workspace, query, this.#now());
  }

  files(query: FilesQuery): Promise<FilesPage> {
    const { workspace, recorder } = this.#parts;
    return filesPage(workspace, recorder.fileChanges, query);
  }

  misses(range: Range): MissesData {
    const { workspace, recorder, series } = this.#parts;
    const recent = recorder.missLog.recent.slice(-MOST_RECENT).reverse();
    return {
      ...series.misses(range, this.#now()),
      recent: recent.map((miss) => {
        const { key, reason, at } = miss;
        const detail = missText(miss, workspace.undoOf(miss));
        return { key, reason, at, ...(detail !== undefined && { detail }) };
      }),
    };
  }
}
