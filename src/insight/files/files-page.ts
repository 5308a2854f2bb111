import type { Entry } from '../../cache/entry.ts';
import { Slices } from '../../cache/slices.ts';
import { compileGlob, GlobError } from '../../freshness/glob.ts';
import type { Stamp } from '../../freshness/stamp.ts';
import type { WorkspaceCache } from '../../freshness/workspace-cache.ts';
import type { FileRow, FileSort, FilesPage, FilesQuery } from '../../protocol/files.ts';
import { within } from '../page.ts';
import { firstInSlices } from '../sort-in-slices.ts';
import type { FileChanges } from './file-changes.ts';
import { type Reached, reachOf } from './reach.ts';

type Parts = Pick<WorkspaceCache, 'cache' | 'dependents'>;

/** Longest filter, characters. */
const LONGEST = 4000;

const WEIGHT: Readonly<Record<Exclude<FileSort, 'path'>, (row: FileRow) => number>> = {
  entries: (row) => row.entries,
  bytes: (row) => row.bytes,
  cost: (row) => row.costMs ?? 0,
  changes: (row) => row.changes,
};

/**
 * Files that entries rest on, with what a save of each would make invalid: what rests on its content,
 * and on those entries, unless their values stay the same.
 */
export async function filesPage(
  { cache, dependents }: Parts,
  changes: FileChanges,
  query: FilesQuery,
): Promise<FilesPage> {
  const matches = matcher(query.filter);
  const none = { query, total: 0, matched: 0, rows: [] };
  if (typeof matches === 'string') return { ...none, problem: matches };
  const slices = new Slices();
  const above = (key: string): Iterable<Entry<Stamp>> => dependents.ofEntry(key);
  const readers = await readersByFile(cache.entries(), slices);
  const rowOf = async (file: string): Promise<FileRow> => {
    const reached = await reachOf(readers.get(file) ?? [], above, slices);
    return { file, ...shown(reached), ...counts(changes, file) };
  };
  const total = readers.size;
  const files: string[] = [];
  for (const file of readers.keys()) {
    if (matches(file)) files.push(file);
    if (slices.due) await slices.pause();
  }
  const { sort, descending } = query;
  const { from, to } = within(query, files.length);
  const sign = descending ? -1 : 1;
  if (sort === 'path') {
    // What only the page shows is counted only for the page.
    const sorted = await firstInSlices(files, to, (a, b) => sign * compare(a, b), slices);
    const rows: FileRow[] = [];
    for (const file of sorted.slice(from, to)) rows.push(await rowOf(file));
    return { query, total, matched: files.length, rows };
  }
  const all: FileRow[] = [];
  for (const file of files) all.push(await rowOf(file));
  const weigh = WEIGHT[sort];
  const order = (a: FileRow, b: FileRow) => sign * (weigh(a) - weigh(b)) || compare(a.file, b.file);
  const sorted = await firstInSlices(all, to, order, slices);
  return { query, total, matched: files.length, rows: sorted.slice(from, to) };
}

/** By file the entries that rest on its content: in one look at all of them, however many files one rests on. */
async function readersByFile(
  entries: Iterable<Entry<Stamp>>,
  slices: Slices,
): Promise<ReadonlyMap<string, readonly Entry<Stamp>[]>> {
  const readers = new Map<string, Entry<Stamp>[]>();
  for (const entry of [...entries]) {
    if (slices.due) await slices.pause();
    for (const dependency of entry.stamp.dependencies) {
      if (dependency.on !== 'content' || dependency.digest === null) continue;
      const known = readers.get(dependency.path);
      if (known) known.push(entry);
      else readers.set(dependency.path, [entry]);
    }
  }
  return readers;
}

function shown({ entries, bytes, costMs }: Reached): Pick<FileRow, 'entries' | 'bytes' | 'costMs'> {
  return { entries, bytes, ...(costMs > 0 && { costMs }) };
}

function counts(changes: FileChanges, file: string): Pick<FileRow, 'changes' | 'invalidated'> {
  const { changes: noticed, invalidated } = changes.of(file);
  return { changes: noticed, invalidated };
}

/** A part of the path whatever the case, or a glob; else what is wrong, in one sentence. */
function matcher(filter: string): ((path: string) => boolean) | string {
  if (filter.length > LONGEST) return `A filter has ${LONGEST} characters at the most.`;
  try {
    if (/[*?{]/.test(filter)) return compileGlob(filter.trim());
  } catch (error) {
    if (error instanceof GlobError) return error.message;
    throw error;
  }
  const wanted = filter.trim().toLowerCase();
  return (path) => path.toLowerCase().includes(wanted);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
