import * as z from 'zod';
import type { Entry } from '../cache/entry.ts';
import { LEVELS, type Level } from '../cache/policy/policy.ts';
import { durationMs, durationText, QuantityError } from '../cache/policy/quantities.ts';
import { exactlyOne, type OneOf } from './exactly-one.ts';
import type { Stamp } from './stamp.ts';

const text = z.string().min(1).max(4096);

/** Keys, or tags, named at once. */
const MOST_NAMED = 100_000;
const MOST_TAGS = 1000;

export const selectorFields = {
  key: text,
  keys: z.array(text).min(1).max(MOST_NAMED).readonly(),
  /** The tag and all below it. */
  tag: text,
  /** What has any of them. */
  tags: z.array(text).min(1).max(MOST_TAGS).readonly(),
  /** Glob over keys, see `glob.ts`. */
  pattern: text,
  /** Regular expression over keys, see `key-regex.ts`. */
  regex: text,
  namespace: text,
  /** What this agent stored: the tag `agent:NAME`. */
  agent: text,
  /** What depends on the topic or on one below it. */
  topic: text,
  /** What rests on this workspace file. */
  file: text,
  level: z.enum(LEVELS),
  /** A duration as in policies, `"90m"`, or milliseconds: what was created longer ago than that. */
  olderThan: z.union([z.string().min(1).max(50), z.number().nonnegative()]),
  /** The same as a moment, milliseconds since the epoch. */
  createdBefore: z.number().nonnegative(),
  all: z.literal(true),
};

/** What to invalidate, as it is asked for; exactly one field. */
export type SelectorInput = OneOf<typeof selectorFields>;

/** The same without what is short for another one, and without what depends on when it is read. */
export type Selector = OneOf<Omit<typeof selectorFields, 'agent' | 'olderThan'>>;

/** For the bodies of requests and other untrusted input. */
export const selectorSchema = exactlyOne(
  selectorFields,
  `Name exactly one of ${Object.keys(selectorFields).join(', ')}.`,
);

/** Says in one sentence what is wrong with a selector. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

/** Throws {@link SelectorError}. `now` is in milliseconds since the epoch. */
export function resolve(input: SelectorInput, now: number): Selector {
  if ('agent' in input) return { tag: `agent:${input.agent}` };
  if (!('olderThan' in input)) return input;
  try {
    return { createdBefore: Math.max(0, now - durationMs(input.olderThan)) };
  } catch (error) {
    if (error instanceof QuantityError) throw new SelectorError(`olderThan: ${error.message}`);
    throw error;
  }
}

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
export function describe(selector: SelectorInput): string {
  if ('keys' in selector) return `${selector.keys.length} keys`;
  if ('tags' in selector)
    return `tags ${selector.tags.slice(0, 3).join(', ')}${selector.tags.length > 3 ? ', …' : ''}`;
  if ('file' in selector) return `dependents of ${selector.file}`;
  if ('olderThan' in selector) return `what is older than ${age(selector.olderThan)}`;
  if ('createdBefore' in selector)
    return `what was created before ${new Date(selector.createdBefore).toISOString()}`;
  if ('all' in selector) return 'everything';
  const [[name, value]] = Object.entries(selector) as [[string, string]];
  return `${name} ${value}`;
}

function age(olderThan: string | number): string {
  return typeof olderThan === 'number' ? durationText(olderThan) : olderThan;
}
