import { LRUCache } from 'lru-cache';
import { compileGlob } from './glob.ts';
import { compileRegex } from './key-regex.ts';

/** Compiled patterns that are kept. */
const MOST_COMPILED = 1000;

const COMPILERS = { pattern: compileGlob, regex: compileRegex };

/** For patterns that others have announced: one that is none hits every key, for in doubt nothing is served. */
export function patternMatcher(): (pattern: string, key: string, kind: keyof typeof COMPILERS) => boolean {
  const compiled = new LRUCache<string, (key: string) => boolean>({ max: MOST_COMPILED });
  return (pattern, key, kind) => {
    const id = `${kind} ${pattern}`;
    let matches = compiled.get(id);
    if (!matches) {
      try {
        matches = COMPILERS[kind](pattern);
      } catch {
        matches = () => true;
      }
      compiled.set(id, matches);
    }
    return matches(key);
  };
}
