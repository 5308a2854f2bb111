import type { Entry } from './entry.ts';
import type { Level } from './policy/policy.ts';

/** Levels that have the entry's value, the nearest first. */
export function levelsOf(entry: Entry<unknown>): Level[] {
  const levels: Level[] = [];
  if (entry.inMemory) levels.push('memory');
  if (entry.inFile) levels.push('file');
  if (entry.inShared) levels.push('shared');
  return levels;
}
