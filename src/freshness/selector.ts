import * as z from 'zod';
import type { Entry } from '../cache/entry.ts';
import { LEVELS, type Level } from '../cache/policy/policy.ts';
import type { Stamp } from './stamp.ts';

const text = z.string().min(1).max(4096);

/** What to invalidate; exactly one field. */
export const selectorSchema = z.union([
  z.strictObject({ key: text }),
  z.strictObject({ keys: z.array(text).min(1).max(100_000) }),
  /** The tag and all below it. */
  z.strictObject({ tag: text }),
  /** Glob over keys, see `glob.ts`. */
  z.strictObject({ pattern: text }),
  z.strictObject({ namespace: text }),
  /** What rests on this workspace file. */
  z.strictObject({ file: text }),
  z.strictObject({ level: z.enum(LEVELS) }),
  z.strictObject({ all: z.literal(true) }),
]);

export type Selector = z.infer<typeof selectorSchema>;

/** What an invalidation hit, or would hit. */
export interface Report {
  readonly entries: number;
  readonly bytes: number;
  /** Entries by level; one entry can be on several. */
  readonly levels: Readonly<Record<Level, number>>;
}

export function report(entries: Iterable<Entry<Stamp>>): Report {
  let count = 0;
  let bytes = 0;
  const levels = { memory: 0, file: 0, shared: 0 };
  for (const entry of entries) {
    count++;
    bytes += entry.bytes;
    if (entry.inMemory) levels.memory++;
    if (entry.inFile) levels.file++;
    if (entry.inShared) levels.shared++;
  }
  return { entries: count, bytes, levels };
}

/** The selector as a cause that people read. */
export function describe(selector: Selector): string {
  if ('key' in selector) return `key ${selector.key}`;
  if ('keys' in selector) return `${selector.keys.length} keys`;
  if ('tag' in selector) return `tag ${selector.tag}`;
  if ('pattern' in selector) return `pattern ${selector.pattern}`;
  if ('namespace' in selector) return `namespace ${selector.namespace}`;
  if ('file' in selector) return `dependents of ${selector.file}`;
  if ('level' in selector) return `level ${selector.level}`;
  return 'everything';
}
