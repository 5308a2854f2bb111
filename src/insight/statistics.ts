import type { Stamp } from '../freshness/stamp.ts';
import type { WorkspaceCache } from '../freshness/workspace-cache.ts';
import type { MissCounts } from '../protocol/misses.ts';
import type { Counts, Overview } from '../protocol.ts';
import type { Latencies } from './latency/latencies.ts';
import { type TimesRow, timesOf } from './latency/times.ts';
import type { Recorder } from './recorder.ts';
import type { ModelRow, ModelTotals } from './savings/model-totals.ts';
import { type LevelStates, overview } from './snapshot.ts';

const MOST_PRODUCERS = 20;
const MOST_TAGS = 20;

export interface NamespaceRow {
  readonly name: string;
  readonly hits: Counts;
  readonly misses: number;
  readonly joined: number;
  /** Values that memory had no room for. */
  readonly evictions: number;
  readonly savedMs: number;
  /** 0 to 1; absent before the first read. */
  readonly hitRate?: number;
  /** What its policy says that it should reach. */
  readonly target?: number;
}

/** Everything that is counted, since the process started. */
export interface Statistics extends Overview {
  readonly entries: number;
  readonly unwritten: { readonly entries: number; readonly bytes: number; readonly oldestAt?: number };
  readonly missReasons: MissCounts;
  readonly evictions: { readonly memory: number; readonly file: number };
  readonly namespaces: readonly NamespaceRow[];
  /** Calls of models that hits stood in for. */
  readonly models: readonly ModelRow[];
  /** What answers took, by where they came from and who asked what. */
  readonly latency: Readonly<Record<'levels' | 'namespaces' | 'agents' | 'tools', readonly TimesRow[]>>;
  /** What the levels below memory took to answer. */
  readonly levelReads: readonly TimesRow[];
  /** What computing took; those that took most in all come first. */
  readonly producers: readonly TimesRow[];
  /** The tags with most bytes under them. */
  readonly tags: readonly { readonly tag: string; readonly entries: number; readonly bytes: number }[];
}

/** What statistics are made of. */
export interface Counted {
  readonly workspace: WorkspaceCache;
  readonly recorder: Recorder<Stamp>;
  readonly latencies: Latencies;
  readonly models: ModelTotals;
}

export function statistics(
  { workspace, recorder, latencies, models }: Counted,
  states: LevelStates,
): Statistics {
  const { size: entries, unwritten } = workspace.cache;
  const { oldestAt, ...waiting } = unwritten;
  const namespaces = namespaceRows(workspace);
  return {
    ...overview(workspace, recorder, states),
    entries,
    unwritten: { ...waiting, ...(oldestAt !== undefined && { oldestAt }) },
    missReasons: { ...recorder.missReasons },
    evictions: {
      memory: namespaces.reduce((sum, { evictions }) => sum + evictions, 0),
      file: recorder.fileEvictions,
    },
    namespaces,
    models: models.rows(),
    latency: {
      levels: timesOf(latencies.levels),
      namespaces: timesOf(latencies.namespaces),
      agents: timesOf(latencies.agents),
      tools: timesOf(latencies.tools),
    },
    levelReads: timesOf(recorder.levelReads),
    producers: timesOf(recorder.producers, MOST_PRODUCERS),
    tags: workspace.tags.largest(MOST_TAGS).map(({ tag, entries, bytes }) => ({ tag, entries, bytes })),
  };
}

/** Of the namespaces seen so far, in the order in which they were. */
export function namespaceRows(workspace: WorkspaceCache): NamespaceRow[] {
  return [...workspace.cache.namespaces].map((namespace) => {
    const { name, policy, misses, joined, evictions, savedMs } = namespace;
    const { memoryHits: memory, fileHits: file, sharedHits: shared } = namespace;
    const hits = memory + file + shared;
    const target = policy.targets?.hitRate;
    return {
      ...{ name, hits: { memory, file, shared }, misses, joined, evictions, savedMs },
      ...(hits + misses > 0 && { hitRate: hits / (hits + misses) }),
      ...(target !== undefined && { target }),
    };
  });
}
