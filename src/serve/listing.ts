import { Hono } from 'hono';
import * as z from 'zod';
import type { Entry } from '../cache/entry.ts';
import { LEVELS } from '../cache/policy/policy.ts';
import { Slices } from '../cache/slices.ts';
import type { Engine } from '../engine/engine.ts';
import { covers } from '../freshness/selection.ts';
import type { Stamp } from '../freshness/stamp.ts';
import { matcher } from '../insight/entries/match-filter.ts';
import { parseFilter } from '../insight/entries/parse-filter.ts';
import { endpoint } from './endpoint.ts';
import { Problem } from './problem.ts';

const MOST = 1000;
const text = z.string().min(1).max(4096).optional();

/** What an order goes by, the greatest first; keys go from A to Z. */
const SORTS = {
  key: () => 0,
  hits: (entry) => entry.hits,
  bytes: (entry) => entry.bytes,
  created: (entry) => entry.createdAt,
  used: (entry) => entry.lastHitAt,
  cost: (entry) => entry.costMs,
} satisfies Record<string, (entry: Entry<Stamp>) => number>;

const sortNames = Object.keys(SORTS) as [keyof typeof SORTS, ...(keyof typeof SORTS)[]];

/** What is listed, and how; every field as a text. */
export const querySchema = z.strictObject({
  namespace: text,
  tag: text,
  pattern: text,
  regex: text,
  agent: text,
  topic: text,
  file: text,
  /** In the panel's filter language, see docs/explorer.md. */
  filter: text,
  sort: z.enum(sortNames).default('key'),
  limit: z.coerce.number().int().min(1).max(MOST).default(100),
  /** Where the page before ended, as that page said. */
  cursor: z.string().min(1).max(10_000).optional(),
});

/** Where a page ended: the number it is sorted by, and the key. */
interface Place {
  readonly by: number;
  readonly key: string;
}

const cursorSchema = z.tuple([z.enum(sortNames), z.number(), z.string()]);

/** An entry as lists show it. */
export const entrySchema = z.strictObject({
  key: z.string(),
  namespace: z.string(),
  tags: z.array(z.string()),
  topics: z.array(z.string()),
  levels: z.array(z.enum(LEVELS)),
  dependencies: z.number(),
  bytes: z.number(),
  hits: z.number(),
  createdAt: z.number().describe('ms since the epoch.'),
  expiresAt: z.number().optional().describe('Absent when it does not expire.'),
  lastHitAt: z.number().optional(),
  costMs: z.number().describe('What computing it took; 0 is not measured.'),
});

const pageSchema = z.strictObject({
  entries: z.array(entrySchema),
  total: z.number().describe('Of all pages.'),
  cursor: z.string().optional().describe('For the next page; absent on the last.'),
});

/** Pages of what is listed. */
export function listing(engine: Engine): Hono {
  const app = new Hono();
  const description = {
    summary: 'The entries that match, in pages',
    query: querySchema,
    answer: pageSchema,
    problems: [422] as const,
  };
  app.get(
    '/entries',
    endpoint(description, ({ query }) => listEntries(engine, query)),
  );
  return app;
}

/** One page. What changes its place between two pages may be on both, or on none. Throws a Problem. */
export async function listEntries(
  engine: Engine,
  { sort, limit, cursor, agent, filter, ...rest }: z.output<typeof querySchema>,
): Promise<z.output<typeof pageSchema>> {
  const after = cursor === undefined ? undefined : placeOf(cursor, sort);
  const filters = { ...rest, ...(agent !== undefined && { tag: `agent:${agent}` }) };
  if (agent !== undefined && rest.tag !== undefined) {
    throw new Problem(400, 'The query does not fit', 'Filter by "tag" or by "agent": an agent is a tag.');
  }
  const wanted: ((entry: Entry<Stamp>) => boolean)[] = Object.entries(filters).flatMap(([name, value]) =>
    value === undefined ? [] : [covers({ [name]: value } as unknown as Parameters<typeof covers>[0])],
  );
  if (filter !== undefined) wanted.push(matcher(parseFilter(filter), Date.now()));
  const by = SORTS[sort];
  const all = [...engine.workspace.cache.entries()];
  const slices = new Slices();
  let total = 0;
  let best: (Place & { readonly entry: Entry<Stamp> })[] = [];
  for (const entry of all) {
    if (slices.due) await slices.pause();
    if (!wanted.every((covered) => covered(entry))) continue;
    total++;
    const place = { by: by(entry), key: entry.key, entry };
    if (after && order(after, place) >= 0) continue;
    best.push(place);
    // One more than the page, to know whether there is another.
    if (best.length > 2 * MOST) best = best.sort(order).slice(0, limit + 1);
  }
  best = best.sort(order).slice(0, limit + 1);
  const page = best.slice(0, limit);
  const last = best.length > limit ? page.at(-1) : undefined;
  const entries = page.map(({ entry }) => shownEntry(entry));
  return { entries, total, ...(last && { cursor: cursorOf(sort, last) }) };
}

function order(a: Place, b: Place): number {
  if (a.by !== b.by) return b.by - a.by;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function cursorOf(sort: string, { by, key }: Place): string {
  return Buffer.from(JSON.stringify([sort, by, key])).toString('base64url');
}

function placeOf(cursor: string, sort: string): Place {
  const parsed = cursorSchema.safeParse(decoded(cursor));
  if (!parsed.success || parsed.data[0] !== sort) {
    throw new Problem(
      400,
      'The query does not fit',
      'The cursor is not one that a page in this order has given.',
    );
  }
  return { by: parsed.data[1], key: parsed.data[2] };
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined; // none of ours
  }
}

/** What a list tells of an entry. */
export function shownEntry(entry: Entry<Stamp>): z.output<typeof entrySchema> {
  const { key, namespace, stamp, bytes, hits, createdAt, expiresAt, lastHitAt, costMs } = entry;
  const on = { memory: entry.inMemory, file: entry.inFile, shared: entry.inShared };
  return {
    key,
    namespace: namespace.name,
    tags: [...stamp.marks.tags],
    topics: [...stamp.marks.topics],
    levels: LEVELS.filter((level) => on[level]),
    dependencies: stamp.dependencies.length,
    bytes,
    hits,
    createdAt,
    ...(expiresAt > 0 && { expiresAt }),
    ...(lastHitAt > 0 && { lastHitAt }),
    costMs,
  };
}
