import type { Cache } from '../cache/cache.ts';
import type { Entry } from '../cache/entry.ts';
import type { Dependents } from './dependents.ts';
import { checkPath } from './disk.ts';
import { compileGlob } from './glob.ts';
import type { Selector } from './selector.ts';
import type { Stamp } from './stamp.ts';
import type { TagIndex } from './tag-index.ts';

/** Where entries are found. */
export interface Indexes {
  readonly cache: Cache<Stamp>;
  readonly tags: TagIndex;
  readonly dependents: Dependents;
}

/** The listed entries that a selector names; through an index where there is one. */
export function select(selector: Selector, { cache, tags, dependents }: Indexes): readonly Entry<Stamp>[] {
  if ('tag' in selector) return tags.under(selector.tag);
  if ('file' in selector) return dependents.of(checkPath(selector.file));
  if ('key' in selector || 'keys' in selector) {
    const keys = 'key' in selector ? [selector.key] : selector.keys;
    return keys.flatMap((key) => cache.entry(key) ?? []);
  }
  const entries = [...cache.entries()];
  if ('pattern' in selector) {
    const matches = compileGlob(selector.pattern);
    return entries.filter((entry) => matches(entry.key));
  }
  if ('namespace' in selector)
    return entries.filter((entry) => entry.namespace.name === selector.namespace);
  if ('level' in selector) {
    const { level } = selector;
    if (level === 'memory') return entries.filter((entry) => entry.inMemory);
    return entries.filter((entry) => (level === 'file' ? entry.inFile : entry.inShared));
  }
  return entries;
}
