import { LEVELS, type Overview } from '../../protocol.ts';
import { type Counted, namespaceRows } from '../statistics.ts';
import { type Ahead, ahead } from './ahead.ts';
import { bounded, histograms } from './bounded.ts';
import { counter, gauge, histogram } from './family.ts';
import { modelFamilies } from './models.ts';
import type { Family, Sample } from './text-format.ts';

/** What the counters do not tell. */
export interface Scraped extends Counted {
  readonly version: string;
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly overview: Overview;
  /** Percent of the heap's limit that is in use. */
  readonly heapPercent: number;
  readonly ahead: Ahead;
}

/** Every metric; durations in seconds, sizes in bytes, as Prometheus wants them. */
export function families(scraped: Scraped): Family[] {
  return [
    ...reads(scraped),
    ...modelFamilies(scraped.models),
    ...stored(scraped),
    ...times(scraped),
    ...ahead(scraped.ahead),
    ...process(scraped),
  ];
}

function reads({ workspace, recorder }: Scraped): Family[] {
  const rows = bounded(namespaceRows(workspace));
  const each = (of: (row: (typeof rows)[number]) => number | undefined): Sample[] =>
    rows.flatMap((row) => {
      const value = of(row);
      return value === undefined ? [] : [{ labels: { namespace: row.name }, value }];
    });
  const evicted = rows.map(({ name, evictions: value }) => {
    return { labels: { namespace: name, policy: workspace.cache.memory.room(name).eviction }, value };
  });
  const hits = rows.flatMap(({ name, hits }) =>
    LEVELS.map((level) => ({ labels: { namespace: name, level }, value: hits[level] })),
  );
  const reasons = Object.entries(recorder.missReasons).map(([reason, value]) => ({
    labels: { reason },
    value,
  }));
  return [
    counter('hits_total', 'Reads that were served, by the level that had the value.', hits),
    counter(
      'misses_total',
      'Reads that no level could serve.',
      each(({ misses }) => misses),
    ),
    counter('misses_by_reason_total', 'Reads that no level could serve, by why.', reasons),
    counter(
      'joined_total',
      'Reads that a running computation answered.',
      each(({ joined }) => joined),
    ),
    counter(
      'saved_seconds_total',
      'Measured time of the computations that hits replaced.',
      each(({ savedMs }) => savedMs / 1000),
    ),
    gauge(
      'hit_ratio',
      'Hits among reads since the process started.',
      each(({ hitRate }) => hitRate),
    ),
    gauge(
      'hit_ratio_target',
      'What the hit ratio should reach.',
      each(({ target }) => target),
    ),
    counter('evictions_total', 'Values that memory had no room for.', evicted),
    counter('file_evictions_total', 'Values that the file level had no room for.', [
      { value: recorder.fileEvictions },
    ]),
  ];
}

function stored({ workspace, overview, recorder }: Scraped): Family[] {
  const { cache } = workspace;
  const each = (of: (level: Overview['levels'][number]) => number): Sample[] =>
    overview.levels.map((level) => ({ labels: { level: level.level }, value: of(level) }));
  const { limits } = cache.memory.room('');
  const { entries, bytes, oldestAt } = cache.unwritten;
  const problems = [...recorder.problems].map(([where, { count: value }]) => ({ labels: { where }, value }));
  return [
    gauge(
      'level_up',
      '1 for a level that works, 0 for one that is off or fails.',
      each(({ state }) => Number(state === 'on')),
    ),
    gauge(
      'level_entries',
      'Entries that the level holds.',
      each(({ entries }) => entries),
    ),
    gauge(
      'level_size_bytes',
      'What they take there.',
      each(({ bytes }) => bytes),
    ),
    gauge('memory_limit_entries', 'Entries in the common room of memory at the most.', [
      { value: limits.entries },
    ]),
    gauge('memory_limit_bytes', 'Bytes in the common room of memory at the most.', [{ value: limits.bytes }]),
    gauge('unwritten_entries', 'Values that wait to be written below memory.', [{ value: entries }]),
    gauge('unwritten_bytes', 'What they take.', [{ value: bytes }]),
    gauge(
      'unwritten_oldest_timestamp_seconds',
      'Since when the oldest of them waits; absent when none does.',
      oldestAt === undefined ? [] : [{ value: oldestAt / 1000 }],
    ),
    counter('problems_total', 'Failures that were gone around, by where.', problems),
  ];
}

function times({ recorder, latencies }: Scraped): Family[] {
  return [
    histogram(
      'answer_duration_seconds',
      'From asking to answering, by where the answer came from.',
      histograms('level', latencies.levels),
    ),
    histogram(
      'namespace_answer_duration_seconds',
      'From asking to answering, by namespace.',
      histograms('namespace', latencies.namespaces),
    ),
    histogram(
      'agent_answer_duration_seconds',
      'From asking to answering, by the agent that asked.',
      histograms('agent', latencies.agents),
    ),
    histogram(
      'tool_answer_duration_seconds',
      'From asking to answering, by what was asked for.',
      histograms('tool', latencies.tools),
    ),
    histogram(
      'level_read_duration_seconds',
      'What a level below memory took to answer.',
      histograms('level', recorder.levelReads),
    ),
    histogram(
      'compute_duration_seconds',
      'What computing a value took, by what computed it.',
      histograms('producer', recorder.producers),
    ),
  ];
}

function process({ version, startedAt, heapPercent }: Scraped): Family[] {
  return [
    gauge('build_info', 'Always 1; tells the version.', [{ labels: { version }, value: 1 }]),
    gauge('start_time_seconds', 'When the cache was opened, since the epoch.', [{ value: startedAt / 1000 }]),
    gauge('heap_used_ratio', 'Part of the heap that is in use, 0 to 1 of its limit.', [
      { value: heapPercent / 100 },
    ]),
  ];
}
