import type { Entry } from '../cache/entry.ts';
import type { Stamp } from '../freshness/stamp.ts';
import type { WorkspaceCache } from '../freshness/workspace-cache.ts';
import type { LevelSummary, Overview, Snapshot, TagTree, View, WarmState } from '../protocol.ts';
import { hotKeys } from './hot-keys.ts';
import type { Recorder } from './recorder.ts';
import type { TimeSeries, Totals } from './series.ts';

const MOST_HOT_KEYS = 50;
const MOST_ACTIVITIES = 50;

/** A level counts as failing for this long, ms, after its last failure. */
const FAILING_FOR = 60_000;

/** The counters of all namespaces together. */
export function totals(
  workspace: WorkspaceCache,
): Totals & { readonly shared: number; readonly savedMs: number } {
  const sum = { memory: 0, file: 0, misses: 0, shared: 0, savedMs: 0 };
  for (const namespace of workspace.cache.namespaces) {
    sum.memory += namespace.memoryHits;
    sum.file += namespace.fileHits;
    sum.misses += namespace.misses;
    sum.shared += namespace.shared;
    sum.savedMs += namespace.savedMs;
  }
  return sum;
}

/** Hits, misses, levels and savings since the process started. */
export function overview(
  workspace: WorkspaceCache,
  recorder: Recorder<Stamp>,
  { now, persistent }: { readonly now: number; readonly persistent: boolean },
): Overview {
  const { memory, file, misses, shared, savedMs } = totals(workspace);
  const inFile = { entries: 0, bytes: 0 };
  for (const entry of workspace.cache.entries()) {
    if (!entry.inFile) continue;
    inFile.entries++;
    inFile.bytes += entry.bytes;
  }
  const problem = recorder.problems.get('file');
  const failed = problem && now - problem.at < FAILING_FOR ? problem : undefined;
  const { entries, bytes } = workspace.cache.memory;
  const levels: LevelSummary[] = [
    { level: 'memory', state: 'on', hits: memory, entries, bytes, errors: 0 },
    {
      level: 'file',
      state: persistent ? (failed ? 'failing' : 'on') : 'off',
      hits: file,
      ...inFile,
      errors: problem?.count ?? 0,
      ...(failed && { problem: failed.last }),
    },
    { level: 'shared', state: 'off', hits: 0, entries: 0, bytes: 0, errors: 0 },
  ];
  const { computeMs } = recorder;
  return { hits: memory + file, misses, shared, savedMs, levels, ...(computeMs && { computeMs }) };
}

/** Everything that the panel shows. */
export function snapshot(
  workspace: WorkspaceCache,
  recorder: Recorder<Stamp>,
  series: TimeSeries,
  view: View,
  state: { readonly now: number; readonly warm: WarmState; readonly persistent: boolean },
): Snapshot {
  return {
    at: state.now,
    overview: overview(workspace, recorder, state),
    series: series.read(view.range, state.now),
    hotKeys: hotKeys(workspace.cache.entries(), view.hotSort, MOST_HOT_KEYS, fileOf),
    tags: tagTree(workspace, view.expandedTags),
    activity: recorder.activities.slice(0, MOST_ACTIVITIES),
    warm: state.warm,
  };
}

/** The file that an entry is about: the first one whose content it rests on. */
function fileOf(entry: Entry<Stamp>): string | undefined {
  return entry.stamp.dependencies.find(
    (dependency) => dependency.on === 'content' && dependency.digest !== null,
  )?.path;
}

function tagTree(workspace: WorkspaceCache, expanded: readonly string[]): TagTree {
  return Object.fromEntries(['', ...expanded].map((tag) => [tag, workspace.tags.children(tag)]));
}
