/** Made-up snapshots for the page: the same input always gives the same snapshot. */
import {
  type Activity,
  type Content,
  type HotKey,
  type HotSort,
  LEVELS,
  type LevelSummary,
  type Series,
  type Snapshot,
  type TagNode,
  type View,
} from '../../../src/protocol.ts';
import { makeDetail, makeEntries } from './entries.ts';
import { makeOutlook } from './outlook.ts';
import { random } from './random.ts';

export type Scenario = 'empty' | 'few' | 'busy' | 'huge';

/** Entries in the cache, hot keys sent, siblings under `folder`. */
const SIZES: Readonly<Record<Scenario, { entries: number; hot: number; folders: number }>> = {
  empty: { entries: 0, hot: 0, folders: 0 },
  few: { entries: 12, hot: 3, folders: 2 },
  busy: { entries: 3_412, hot: 60, folders: 14 },
  huge: { entries: 50_000, hot: 1_000, folders: 5_000 },
};

const RANGES = {
  '5m': [300e3, 5e3],
  '1h': [3_600e3, 60e3],
  '24h': [86_400e3, 1_800e3],
  '30d': [2_592_000e3, 14_400e3],
} as const;

/** @param tick how often the living scenario has moved on; hits and times grow with it */
export function makeSnapshot(scenario: Scenario, view: View, at: number, tick = 0): Snapshot {
  const { entries, hot } = SIZES[scenario];
  const busy = entries > 1_000;
  const hits = entries === 0 ? 0 : entries * 4 + tick * 7;
  const bytes = entries * 24_310;
  const levels: LevelSummary[] = [
    { level: 'memory', state: 'on', hits: Math.round(hits * 0.91), entries, bytes, errors: 0 },
    { level: 'file', state: 'on', hits: Math.round(hits * 0.09), entries, bytes: bytes * 0.8, errors: 0 },
    busy
      ? {
          level: 'shared',
          state: 'failing',
          problem: 'connect ECONNREFUSED 127.0.0.1:6379; trying again in 12 s',
          hits: 0,
          entries: 0,
          bytes: 0,
          errors: 41,
        }
      : { level: 'shared', state: 'off', hits: 0, entries: 0, bytes: 0, errors: 0 },
  ];
  return {
    at,
    overview: {
      hits,
      misses: Math.round(entries * 0.31),
      joined: busy ? 21 : 0,
      ...(entries > 0 && { computeMs: { p50: 6.4, p99: 184 } }),
      savedMs: hits * 11.4,
      levels,
    },
    series: makeSeries(view.range, at, entries),
    hotKeys: Array.from({ length: hot }, (_, index) => makeHotKey(index, at, tick))
      .map((key) => withRecent(key, view))
      .sort(bySort(view.hotSort)),
    tags: entries === 0 ? {} : makeTags(scenario, view.expandedTags),
    activity: entries === 0 ? [] : makeActivity(at, busy ? 40 : 3),
    warm: { state: 'idle' },
    outlook: makeOutlook(busy, at),
    entries,
    content: makeContent(entries, view, at),
  };
}

/** Of the sections that are not made up here nothing is known. */
function makeContent(entries: number, view: View, at: number): Content | undefined {
  if (view.section !== 'entries') return undefined;
  // The entries stay as old as they were.
  const since = Math.floor(at / 600e3) * 600e3;
  const page = makeEntries(entries, view.entries, since);
  return {
    section: 'entries',
    page,
    ...(view.entry !== undefined && { detail: makeDetail(entries, view.entry, since) }),
  };
}

function makeSeries(range: View['range'], at: number, entries: number): Series {
  const [length, step] = RANGES[range];
  const last = Math.floor(at / step) * step;
  const points = [];
  for (let t = last - length + step; entries > 0 && t <= last; t += step) {
    const wave = random(t / step);
    // A quiet stretch in the middle, as in any real day.
    if (wave < 0.25 || (last - t > length * 0.45 && last - t < length * 0.62)) continue;
    const reads = Math.round(wave * 60);
    const misses = Math.round(reads * random(t / step + 7) ** 3 * 0.6);
    const file = Math.round((reads - misses) * 0.2 * random(t / step + 3));
    const shared = entries > 1_000 ? Math.round((reads - misses) * 0.1 * random(t / step + 5)) : 0;
    points.push({ t, hits: { memory: reads - misses - file - shared, file, shared }, misses });
  }
  return { range, step, points };
}

const FOLDERS = ['analysis', 'cache', 'freshness', 'insight', 'serve', 'vscode', 'warming'];
const ANALYSES = ['outline', 'imports', 'dependents', 'symbols'];

function makeHotKey(index: number, at: number, tick: number): HotKey {
  const folder = FOLDERS[index % FOLDERS.length];
  const deep = index % 9 === 4 ? 'a/rather/deeply/nested/folder/of/generated/clients/' : '';
  const file = `src/${folder}/${deep}module-${index}.ts`;
  const search = index % 6 === 5;
  const levels = LEVELS.filter((_, level) => level === 0 || (index + level) % 3 !== 0).slice(0, 2);
  return {
    key: search ? `tool:web_search:${(index * 2654435761).toString(16)}` : `${ANALYSES[index % 4]}:${file}`,
    hits: Math.round(4_000 / (index + 1)) + Math.floor(tick * random(index)),
    bytes: Math.round(400 + random(index) ** 4 * 2_400_000),
    createdAt: at - Math.round(20e3 + random(index + 1) ** 5 * 90 * 3_600e3),
    lastHitAt: at - Math.round(random(index + 2) * 60e3),
    costMs: 0.2 + random(index + 3) ** 6 * 4_000,
    levels,
    ...(!search && { file }),
  };
}

function withRecent(hot: HotKey, { hotSpan = 'stored' }: View): HotKey {
  return hotSpan === 'stored' ? hot : { ...hot, recentHits: Math.ceil(hot.hits / 40) };
}

function bySort(sort: HotSort): (a: HotKey, b: HotKey) => number {
  const value = ({ hits, bytes, createdAt, costMs }: HotKey): number =>
    ({ hits, bytes, created: createdAt, cost: costMs })[sort];
  return (a, b) => value(b) - value(a) || a.key.localeCompare(b.key);
}

function makeTags(scenario: Scenario, expandedTags: readonly string[]): Record<string, TagNode[]> {
  const { entries, folders } = SIZES[scenario];
  const node = (tag: string, share: number, hasChildren: boolean): TagNode => ({
    tag,
    label: tag.slice(tag.lastIndexOf('/') + 1),
    entries: Math.max(1, Math.round(entries * share)),
    bytes: Math.max(812, Math.round(entries * share * 24_310)),
    hasChildren,
  });
  const under = (tag: string, count: number, share: number, leaf: boolean): TagNode[] =>
    Array.from({ length: count }, (_, index) => {
      const name = leaf ? `module-${index}.ts` : (FOLDERS[index] ?? `package-${index}`);
      return node(`${tag}/${name}`, share / (index + 2), !leaf);
    });
  const all: Record<string, TagNode[]> = {
    '': [
      node('agent', 0.2, true),
      node('analysis', 1, true),
      node('folder', 0.97, true),
      node('notes', 0.01, false),
    ],
    agent: ['claude', 'reviewer'].map((name) => node(`agent/${name}`, 0.1, false)),
    analysis: ANALYSES.map((name) => node(`analysis/${name}`, 0.25, false)),
    folder: under('folder', folders, 0.9, false),
  };
  const tree: Record<string, TagNode[]> = { '': all[''] ?? [] };
  for (const tag of expandedTags) {
    tree[tag] = all[tag] ?? under(tag, 9, 0.01, true);
  }
  return tree;
}

const EVENTS: readonly Pick<Activity, 'kind' | 'text' | 'entries' | 'undo'>[] = [
  { kind: 'save', text: 'src/cache/cache.ts saved: 7 entries invalid', entries: 7 },
  {
    kind: 'change',
    text: 'src/a/rather/deeply/nested/folder/of/generated/clients/client.ts changed on disk: 1 entry invalid',
    entries: 1,
  },
  {
    kind: 'invalidate',
    text: 'Tag folder/src/serve invalidated: 212 entries',
    entries: 212,
    undo: 'undo-212',
  },
  { kind: 'warm', text: 'Workspace warmed: 3,400 entries in 21.4 s', entries: 3_400 },
  { kind: 'problem', text: 'Shared level: connect ECONNREFUSED 127.0.0.1:6379', entries: 0 },
  { kind: 'clear', text: 'Memory level cleared: 3,412 entries', entries: 3_412 },
];

function makeActivity(at: number, count: number): Activity[] {
  return Array.from({ length: count }, (_, index) => {
    const event = EVENTS[index % EVENTS.length] as (typeof EVENTS)[number];
    return { id: count - index, at: at - index * index * 23e3 - 2e3, ...event };
  });
}
