import type { Entry } from '../cache/entry.ts';
import { Slices } from '../cache/slices.ts';
import type { Engine } from '../engine/engine.ts';
import { subjectOf } from '../freshness/dependency.ts';
import type { Stamp } from '../freshness/stamp.ts';
import { fileOf } from '../insight/snapshot.ts';
import type { AdviceData } from '../protocol/advice.ts';
import type { EntriesPage, EntriesQuery, EntryDetail, EntryRow, EntrySort } from '../protocol/entries.ts';
import type { FilesPage, FilesQuery } from '../protocol/files.ts';
import type { MissesData } from '../protocol/misses.ts';
import type { Period, SavingsData } from '../protocol/savings.ts';
import type { SettingsData } from '../protocol/settings.ts';
import { type Content, LEVELS, type Range, type View } from '../protocol.ts';

type Soon<T> = T | Promise<T>;

/** Where the sections of the panel get what they show; undefined is not known yet. */
export interface ExplorerData {
  entriesPage(query: EntriesQuery): Soon<EntriesPage | undefined>;
  entryDetail(key: string): Soon<EntryDetail | undefined>;
  filesPage(query: FilesQuery): Soon<FilesPage | undefined>;
  misses(range: Range): Soon<MissesData | undefined>;
  savings(period: Period): Soon<SavingsData | undefined>;
  advice(): Soon<AdviceData | undefined>;
  settings(): Soon<SettingsData | undefined>;
  /** Both reject, in one sentence, when it cannot be done. */
  applyAdvice(id: string): Promise<void>;
  revertAdvice(id: string): Promise<void>;
}

/** What of the view decides about the content; the same text is the same question. */
export function questionOf({ section, entries, entry, files, range, period }: View): string | undefined {
  switch (section) {
    case 'entries':
      return JSON.stringify([section, entries, entry]);
    case 'files':
      return JSON.stringify([section, files]);
    case 'misses':
      return JSON.stringify([section, range]);
    case 'savings':
      return JSON.stringify([section, period]);
    case 'advice':
    case 'settings':
      return section;
    default:
      return undefined;
  }
}

export async function contentOf(data: ExplorerData, view: View): Promise<Content | undefined> {
  const { section } = view;
  switch (section) {
    case 'entries': {
      const page = await data.entriesPage(view.entries);
      const detail = view.entry === undefined ? undefined : await data.entryDetail(view.entry);
      return page && { section, page, ...(detail && { detail }) };
    }
    case 'files': {
      const page = await data.filesPage(view.files);
      return page && { section, page };
    }
    case 'misses': {
      const misses = await data.misses(view.range);
      return misses && { section, misses };
    }
    case 'savings': {
      const savings = await data.savings(view.period);
      return savings && { section, savings };
    }
    case 'advice': {
      const advice = await data.advice();
      return advice && { section, advice };
    }
    case 'settings': {
      const settings = await data.settings();
      return settings && { section, settings };
    }
    default:
      return undefined;
  }
}

/** What the engine knows by itself. */
export function explorerData(engine: Engine): ExplorerData {
  const none = () => undefined;
  const noAdvice = () => Promise.reject(new Error('There is no advice to be applied yet.'));
  return {
    entriesPage: (query) => entriesPage(engine, query),
    entryDetail: (key) => entryDetail(engine, key),
    filesPage: none,
    misses: none,
    savings: none,
    advice: none,
    settings: none,
    applyAdvice: noAdvice,
    revertAdvice: noAdvice,
  };
}

const ORDER: Readonly<Record<EntrySort, (entry: Entry<Stamp>) => string | number>> = {
  key: ({ key }) => key,
  namespace: ({ namespace }) => namespace.name,
  bytes: ({ bytes }) => bytes,
  created: ({ createdAt }) => createdAt,
  lastHit: ({ lastHitAt }) => lastHitAt,
  hits: ({ hits }) => hits,
  cost: ({ costMs }) => costMs,
};

/** The filter is a part of the key. */
async function entriesPage({ workspace }: Engine, query: EntriesQuery): Promise<EntriesPage> {
  const { filter, sort, descending, from, count } = query;
  const part = filter.trim().toLowerCase();
  const slices = new Slices();
  const matched: Entry<Stamp>[] = [];
  let matchedBytes = 0;
  for (const entry of [...workspace.cache.entries()]) {
    if (slices.due) await slices.pause();
    if (part !== '' && !entry.key.toLowerCase().includes(part)) continue;
    matched.push(entry);
    matchedBytes += entry.bytes;
  }
  const by = ORDER[sort];
  const sign = descending ? -1 : 1;
  matched.sort((a, b) => {
    const [x, y] = [by(a), by(b)];
    return x === y ? (a.key < b.key ? -1 : 1) : sign * (x < y ? -1 : 1);
  });
  const rows = matched.slice(from, from + count).map(rowOf);
  return { query, total: workspace.cache.size, matched: matched.length, matchedBytes, rows };
}

function rowOf(entry: Entry<Stamp>): EntryRow {
  const { key, namespace, bytes, createdAt, lastHitAt, expiresAt, hits, costMs } = entry;
  const on = { memory: entry.inMemory, file: entry.inFile, shared: entry.inShared };
  const levels = LEVELS.filter((level) => on[level]);
  const file = fileOf(entry);
  const numbers = { bytes, createdAt, lastHitAt, expiresAt, hits, costMs };
  return { key, namespace: namespace.name, levels, ...numbers, ...(file !== undefined && { file }) };
}

const MOST_DEPENDENCIES = 200;
const MOST_DEPENDENTS = 50;

function entryDetail({ workspace, recorder }: Engine, key: string): EntryDetail {
  const entry = workspace.cache.entry(key);
  const dependencies = entry?.stamp.dependencies ?? [];
  const story = recorder.misses
    .filter((miss) => miss.key === key)
    .map(({ at, reason, detail }) => ({ at, text: `Missed: ${detail ?? reason}` }))
    .reverse();
  return {
    key,
    ...(entry && { row: rowOf(entry), withheld: 'The value is not shown here yet.' }),
    tags: [...(entry?.stamp.marks.tags ?? [])],
    dependencies: dependencies.slice(0, MOST_DEPENDENCIES).map((dependency) => ({
      on: dependency.on,
      subject: subjectOf(dependency),
      state: 'unknown',
      ...('path' in dependency && { file: dependency.path }),
      ...('key' in dependency && { key: dependency.key }),
    })),
    dependencyCount: dependencies.length,
    dependents: [...workspace.dependents.ofEntry(key)].slice(0, MOST_DEPENDENTS).map((one) => one.key),
    variants: [],
    story,
    invalidatedBy: [],
  };
}
