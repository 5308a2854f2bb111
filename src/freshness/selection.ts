import type { Cache } from '../cache/cache.ts';
import type { Entry } from '../cache/entry.ts';
import { Slices } from '../cache/slices.ts';
import { contentOf } from './dependency.ts';
import type { Dependents } from './dependents.ts';
import { checkPath } from './disk.ts';
import { compileGlob } from './glob.ts';
import { compileRegex } from './key-regex.ts';
import { topicName } from './names.ts';
import { type Report, report, type Selector } from './selector.ts';
import type { Stamp } from './stamp.ts';
import type { TagIndex } from './tag-index.ts';

/** Where entries are found. */
export interface Indexes {
  readonly cache: Cache<Stamp>;
  readonly tags: TagIndex;
  readonly dependents: Dependents;
}

/** Keys that a preview names. */
const MOST_EXAMPLES = 10;

/** An entry, or what is known of one: a stored variant, a key with something under way. */
export interface Subject {
  readonly key: string;
  readonly createdAt?: number;
  readonly stamp?: Stamp;
  readonly inMemory?: boolean;
  readonly inFile?: boolean;
  readonly inShared?: boolean;
}

/**
 * Whether a selector names an entry. What is not known of it is taken to fit: in doubt more is
 * invalidated, so that `covers(selector)({ key })` tells whether any entry of that key could be.
 *
 * Throws a GlobError, RegexError or PathError for a selector that is none.
 */
export function covers(selector: Selector): (subject: Subject) => boolean {
  if ('key' in selector) return ({ key }) => key === selector.key;
  if ('keys' in selector) {
    const keys = new Set(selector.keys);
    return ({ key }) => keys.has(key);
  }
  if ('pattern' in selector || 'regex' in selector) {
    const matches = 'pattern' in selector ? compileGlob(selector.pattern) : compileRegex(selector.regex);
    return ({ key }) => matches(key);
  }
  if ('namespace' in selector) return ({ key }) => key.startsWith(`${selector.namespace}:`);
  if ('tag' in selector) return ({ stamp }) => stamp?.marks.lineages.includes(selector.tag) ?? true;
  if ('tags' in selector) {
    const { tags } = selector;
    return ({ stamp }) => stamp?.marks.lineages.some((tag) => tags.includes(tag)) ?? true;
  }
  if ('topic' in selector) {
    const name = topicName(selector.topic);
    return ({ stamp }) => stamp?.marks.names.includes(name) ?? true;
  }
  if ('file' in selector) {
    const path = checkPath(selector.file);
    return ({ stamp }) => stamp === undefined || restsOnContent(stamp, path);
  }
  if ('createdBefore' in selector) {
    return ({ createdAt }) => createdAt === undefined || createdAt < selector.createdBefore;
  }
  if ('level' in selector) {
    const on = ({ memory: 'inMemory', file: 'inFile', shared: 'inShared' } as const)[selector.level];
    return (subject) => subject[on] ?? true;
  }
  return () => true;
}

function restsOnContent({ dependencies }: Stamp, path: string): boolean {
  return dependencies.some((one) => contentOf(one) === path);
}

/**
 * The listed entries that a selector names, at once: through an index where there is one, else by
 * looking at all of them, for which {@link scan} is the one that does not hold the thread.
 */
export function select(selector: Selector, indexes: Indexes): readonly Entry<Stamp>[] {
  if ('all' in selector) return [...indexes.cache.entries()];
  return indexed(selector, indexes) ?? [...indexes.cache.entries()].filter(covers(selector));
}

/** The same, in slices: of what is listed at the call, what is still listed when it is looked at. */
export async function scan(selector: Selector, indexes: Indexes): Promise<readonly Entry<Stamp>[]> {
  const found = 'file' in selector ? undefined : indexed(selector, indexes);
  if (found) return found;
  const { cache, dependents } = indexes;
  const covered = covers(selector);
  const slices = new Slices();
  const entries: Entry<Stamp>[] = [];
  const candidates = 'file' in selector ? dependents.on(checkPath(selector.file)) : cache.entries();
  for (const entry of [...candidates]) {
    if (slices.due) await slices.pause();
    if (cache.entry(entry.key) === entry && covered(entry)) entries.push(entry);
  }
  return entries;
}

/** What an invalidation would hit. */
export interface Preview extends Report {
  /** Some of the keys. */
  readonly examples: readonly string[];
}

export async function preview(selector: Selector, indexes: Indexes): Promise<Preview> {
  const entries = await scan(selector, indexes);
  return { ...report(entries), examples: entries.slice(0, MOST_EXAMPLES).map(({ key }) => key) };
}

function indexed(
  selector: Selector,
  { cache, tags, dependents }: Indexes,
): readonly Entry<Stamp>[] | undefined {
  if ('tag' in selector) return tags.under(selector.tag);
  if ('tags' in selector) return [...new Set(selector.tags.flatMap((tag) => tags.under(tag)))];
  if ('file' in selector) return dependents.of(checkPath(selector.file));
  if ('key' in selector) return found(cache, [selector.key]);
  if ('keys' in selector) return found(cache, new Set(selector.keys));
  return undefined;
}

function found(cache: Cache<Stamp>, keys: Iterable<string>): Entry<Stamp>[] {
  const entries: Entry<Stamp>[] = [];
  for (const key of keys) {
    const entry = cache.entry(key);
    if (entry) entries.push(entry);
  }
  return entries;
}
