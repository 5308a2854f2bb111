/** Made-up entries for the page: the same input always gives the same ones. */

import type { EntriesPage, EntryDetail, EntryRow } from '../../../src/protocol/entries.ts';
import { LEVELS, type View } from '../../../src/protocol.ts';
import { random } from './random.ts';

const FOLDERS = ['analysis', 'cache', 'freshness', 'insight', 'serve', 'vscode', 'warming'];
const ANALYSES = ['outline', 'imports', 'dependents', 'symbols', 'tokens'];
const DAY = 86_400e3;

function makeEntry(index: number, at: number): EntryRow {
  const folder = FOLDERS[index % FOLDERS.length];
  const deep = index % 9 === 4 ? 'a/rather/deeply/nested/folder/of/generated/clients/' : '';
  const file = `src/${folder}/${deep}module-${index}.ts`;
  const search = index % 6 === 5;
  const unasked = index % 4 === 3;
  return {
    key: search
      ? `tool:web_search:${(index * 2654435761).toString(16)}`
      : `analysis:${ANALYSES[index % ANALYSES.length]}:3:${file}`,
    namespace: search ? 'tool' : 'analysis',
    levels: LEVELS.filter((_, level) => (index + level) % 3 !== 0 || level === 0).slice(0, 2),
    bytes: Math.round(400 + random(index) ** 4 * 2_400_000),
    createdAt: at - Math.round(20e3 + random(index + 1) ** 5 * 9 * DAY),
    lastHitAt: unasked ? 0 : at - Math.round(random(index + 2) ** 3 * DAY),
    expiresAt: search ? at + 3_600e3 : 0,
    hits: unasked ? 0 : Math.round(400 * random(index + 4) ** 5) + 1,
    costMs: index % 11 === 0 ? 0 : 0.2 + random(index + 3) ** 6 * 4_000,
    ...(!search && { file }),
  };
}

const lists = new Map<string, readonly EntryRow[]>();

function listed(
  entries: number,
  { filter, sort, descending }: View['entries'],
  at: number,
): readonly EntryRow[] {
  const id = JSON.stringify([entries, filter, sort, descending, at]);
  const known = lists.get(id);
  if (known) return known;
  const all = Array.from({ length: entries }, (_, index) => makeEntry(index, at));
  const part = filter.trim().toLowerCase();
  const name =
    ({ created: 'createdAt', lastHit: 'lastHitAt', cost: 'costMs' } as const)[sort as 'created'] ?? sort;
  const by = (row: EntryRow): string | number => row[name as 'key' | 'bytes'];
  const sign = descending ? -1 : 1;
  const list = all
    .filter(({ key }) => key.toLowerCase().includes(part))
    .sort((a, b) => (by(a) === by(b) ? (a.key < b.key ? -1 : 1) : sign * (by(a) < by(b) ? -1 : 1)));
  lists.clear();
  lists.set(id, list);
  return list;
}

/** The filter is a part of the key; one that begins with `?` is wrong. */
export function makeEntries(entries: number, query: View['entries'], at: number): EntriesPage {
  if (query.filter.startsWith('?')) {
    const problem = 'At character 1: "?" begins no term; quote it to look for it.';
    return { query, total: entries, matched: 0, matchedBytes: 0, rows: [], problem };
  }
  const list = listed(entries, query, at);
  const matchedBytes = list.reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = list.slice(query.from, query.from + query.count);
  return { query, total: entries, matched: list.length, matchedBytes, rows };
}

export function makeDetail(entries: number, key: string, at: number): EntryDetail {
  const query = { filter: key, sort: 'key', descending: false, from: 0, count: 1 } as const;
  const row = listed(entries, query, at).find((one) => one.key === key);
  const story = [
    { at: at - 20e3, text: 'Hit in memory, for claude.' },
    { at: at - 340e3, text: 'Computed in 12 ms by outline, for claude.' },
    { at: at - 341e3, text: 'Missed: src/cache/entry.ts changed.' },
  ];
  if (!row) {
    const gone = {
      tags: [],
      dependencies: [],
      dependencyCount: 0,
      dependents: [],
      variants: [],
      invalidatedBy: [],
    };
    return { key, ...gone, story: story.slice(2) };
  }
  const file = row.file ?? 'package.json';
  return {
    key,
    row,
    value: {
      text: JSON.stringify({ path: file, symbols: ['Entry', 'packedCost', 'moment'], lines: 171 }, null, 2),
      bytes: row.bytes,
      truncated: row.bytes > 1_000,
    },
    tags: ['analysis/outline', 'language/typescript', 'folder/src/cache', 'agent:claude'],
    dependencies: [
      { on: 'content', subject: file, state: 'same', file },
      { on: 'content', subject: 'tsconfig.json', state: 'changed', file: 'tsconfig.json' },
      {
        on: 'entry',
        subject: 'entry analysis:imports:3:src/cache/cache.ts',
        state: 'same',
        key: 'analysis:imports:3:src/cache/module-1.ts',
      },
      { on: 'glob', subject: 'the files of src/**/*.ts', state: 'unknown' },
      { on: 'producer', subject: 'version of outline', state: 'same' },
    ],
    dependencyCount: 5,
    dependents: [
      'analysis:repo-map:2:all',
      'analysis:dependents:3:src/cache/a/rather/deeply/nested/entry.ts',
    ],
    variants: [
      { createdAt: at - 340e3, bytes: row.bytes, levels: row.levels, current: true },
      { createdAt: at - DAY, bytes: row.bytes - 40, levels: ['file'], current: false },
    ],
    story,
    invalidatedBy: [
      `A change of ${file} or of tsconfig.json.`,
      'Another value of analysis:imports:3:src/cache/cache.ts.',
      'An invalidation of any of its tags, or of the namespace analysis.',
    ],
  };
}
