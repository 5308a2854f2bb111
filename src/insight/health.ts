import type { LevelSummary } from '../protocol.ts';
import type { NamespaceRow } from './statistics.ts';

/** Reads of a namespace before its hit rate says anything. */
const ENOUGH_READS = 200;
/** Times the write-back interval after which a value that still waits means that writing fails. */
const LATE = 10;

export interface Health {
  readonly status: 'ok' | 'degraded';
  /** Sentences. */
  readonly reasons: readonly string[];
  readonly levels: readonly Pick<LevelSummary, 'level' | 'state' | 'problem'>[];
}

export interface Vitals {
  readonly now: number;
  readonly levels: readonly LevelSummary[];
  readonly namespaces: readonly NamespaceRow[];
  readonly unwritten: { readonly entries: number; readonly oldestAt?: number | undefined };
  readonly writeBackMs: number;
  /** Percent of the heap's limit in use, and from where it counts as pressure; absent when it is not watched. */
  readonly heap: { readonly percent: number; readonly bound: number } | undefined;
  /** Whether the watcher told of everything lately; undefined without one, and before the first check. */
  readonly watcherHealthy: boolean | undefined;
}

/** Whether everything works that is configured, and what does not. Answers are right either way. */
export function healthOf(vitals: Vitals): Health {
  const reasons = [
    ...failing(vitals),
    ...late(vitals),
    ...pressed(vitals),
    ...deaf(vitals),
    ...missed(vitals),
  ];
  const levels = vitals.levels.map(({ level, state, problem }) => {
    return { level, state, ...(problem !== undefined && { problem }) };
  });
  return { status: reasons.length === 0 ? 'ok' : 'degraded', reasons, levels };
}

function failing({ levels }: Vitals): string[] {
  return levels.flatMap(({ level, problem }) =>
    problem === undefined ? [] : [`The ${level} level fails: ${problem}`],
  );
}

function late({ now, unwritten: { entries, oldestAt }, writeBackMs }: Vitals): string[] {
  if (oldestAt === undefined || now - oldestAt < LATE * writeBackMs) return [];
  const since = `for ${Math.round((now - oldestAt) / 1000)} s`;
  const what = entries === 1 ? '1 value waits' : `${entries} values wait`;
  return [`${what} to be written below memory, the oldest ${since}: a killed process would lose what waits.`];
}

function pressed({ heap }: Vitals): string[] {
  if (!heap || heap.percent < heap.bound) return [];
  const percent = Math.round(heap.percent);
  return [
    `The heap is at ${percent} % of its limit, and ${heap.bound} % counts as pressure: memory gives entries up.`,
  ];
}

function deaf({ watcherHealthy }: Vitals): string[] {
  if (watcherHealthy !== false) return [];
  return ['The file watcher missed changes: reads verify every input until it is found awake again.'];
}

function missed({ namespaces }: Vitals): string[] {
  return namespaces.flatMap(({ name, hits, misses, hitRate, target }) => {
    const reads = hits.memory + hits.file + hits.shared + misses;
    if (target === undefined || hitRate === undefined || reads < ENOUGH_READS || hitRate >= target) return [];
    const percent = (part: number) => `${Math.round(1000 * part) / 10} %`;
    return [
      `The namespace ${name} has a hit rate of ${percent(hitRate)} over ${reads} reads, and should reach ${percent(target)}.`,
    ];
  });
}
