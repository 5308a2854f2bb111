import type { Stamp } from '../freshness/stamp.ts';
import type { WorkspaceCache } from '../freshness/workspace-cache.ts';
import type { Outlook } from '../protocol/outlook.ts';
import type {
  Activity,
  Level,
  LevelSummary,
  Overview,
  Snapshot,
  TagTree,
  View,
  WarmState,
} from '../protocol.ts';
import { fileOf } from './file-of.ts';
import { hotKeys } from './hot-keys.ts';
import type { Recorder } from './recorder.ts';
import type { Totals } from './series/point.ts';
import type { TimeSeries } from './series/time-series.ts';

const MOST_HOT_KEYS = 50;
const MOST_ACTIVITIES = 50;

/** A level counts as failing for this long, ms, after its last failure. */
const FAILING_FOR = 60_000;

/** Whether a level has failed a moment ago. */
export function isFailing(
  { problems }: Pick<Recorder<Stamp>, 'problems'>,
  level: Level,
  now: number,
): boolean {
  const problem = problems.get(level);
  return problem !== undefined && now - problem.at < FAILING_FOR;
}

/** The counters of all namespaces together. */
export function totals(
  workspace: WorkspaceCache,
): Omit<Totals, 'reasons'> & { readonly joined: number; readonly savedMs: number } {
  const sum = { memory: 0, file: 0, shared: 0, misses: 0, evictions: 0, joined: 0, savedMs: 0 };
  for (const namespace of workspace.cache.namespaces) {
    sum.memory += namespace.memoryHits;
    sum.file += namespace.fileHits;
    sum.misses += namespace.misses;
    sum.shared += namespace.sharedHits;
    sum.joined += namespace.joined;
    sum.savedMs += namespace.savedMs;
    sum.evictions += namespace.evictions;
  }
  return sum;
}

/** What the levels below memory are like now. */
export interface LevelStates {
  readonly now: number;
  readonly persistent: boolean;
  /** Absent when no shared level is configured. */
  readonly shared?: { readonly state: 'connecting' | 'up' | 'down'; readonly problem?: string | undefined };
}

/** Hits, misses, levels and savings since the process started. */
export function overview(
  workspace: WorkspaceCache,
  recorder: Recorder<Stamp>,
  { now, persistent, shared: connection }: LevelStates,
): Overview {
  const { memory, file, shared, misses, joined, savedMs } = totals(workspace);
  const inFile = { entries: 0, bytes: 0 };
  const inShared = { entries: 0, bytes: 0 };
  for (const entry of workspace.cache.entries()) {
    if (entry.inFile) {
      inFile.entries++;
      inFile.bytes += entry.bytes;
    }
    if (entry.inShared) {
      inShared.entries++;
      inShared.bytes += entry.bytes;
    }
  }
  const { entries, bytes } = workspace.cache.memory;
  const failure = (level: Level) => {
    const problem = recorder.problems.get(level);
    const failed = isFailing(recorder, level, now) ? problem?.last : undefined;
    return { errors: problem?.count ?? 0, ...(failed !== undefined && { problem: failed }) };
  };
  const state = (on: boolean, { problem }: { readonly problem?: string }) =>
    on ? (problem === undefined ? 'on' : 'failing') : 'off';
  const onFile = failure('file');
  const down = connection && connection.state !== 'up';
  const onShared = {
    ...failure('shared'),
    ...(down && { problem: connection.problem ?? 'The server cannot be reached.' }),
  };
  const levels: LevelSummary[] = [
    { level: 'memory', state: 'on', hits: memory, entries, bytes, errors: 0 },
    { level: 'file', state: state(persistent, onFile), hits: file, ...inFile, ...onFile },
    {
      level: 'shared',
      state: state(connection !== undefined, onShared),
      hits: shared,
      ...inShared,
      ...onShared,
    },
  ];
  const { computeMs } = recorder;
  return { hits: memory + file + shared, misses, joined, savedMs, levels, ...(computeMs && { computeMs }) };
}

/** Everything that the panel shows. */
export function snapshot(
  workspace: WorkspaceCache,
  recorder: Recorder<Stamp>,
  series: TimeSeries,
  view: View,
  state: LevelStates & {
    readonly warm: WarmState;
    readonly outlook: Outlook;
    /** Hits by key of the span that the view names; absent for all since a key was stored. */
    readonly recent?: ReadonlyMap<string, number> | undefined;
  },
): Snapshot {
  return {
    at: state.now,
    overview: overview(workspace, recorder, state),
    series: series.read(view.range, state.now),
    hotKeys: hotKeys(workspace.cache.entries(), view.hotSort, MOST_HOT_KEYS, fileOf, state.recent),
    tags: tagTree(workspace, view.expandedTags),
    activity: undoableNow(recorder.activities.slice(0, MOST_ACTIVITIES), workspace),
    warm: state.warm,
    outlook: state.outlook,
    entries: workspace.cache.size,
  };
}

/** Without the offer to take back what was taken back, or what the undo buffer has no more. */
function undoableNow(activities: readonly Activity[], workspace: WorkspaceCache): readonly Activity[] {
  const held = new Set(workspace.undos().map(({ id }) => id));
  return activities.map(({ undo, ...activity }) =>
    undo !== undefined && held.has(undo) ? { ...activity, undo } : activity,
  );
}

function tagTree(workspace: WorkspaceCache, expanded: readonly string[]): TagTree {
  return Object.fromEntries(['', ...expanded].map((tag) => [tag, workspace.tags.children(tag)]));
}
