import * as z from 'zod';

/** Raise it when the records change: a snapshot of another version is refused. */
export const SNAPSHOT_VERSION = 1;

/** The first record of a snapshot says what it is; `keyv-file` keeps it when it saves the file anew. */
export const SNAPSHOT_KEY = 'agent-cache:snapshot';

/** Bytes of one value as text; a larger one is left out: reading it would hold up the thread. */
export const MOST_VALUE = 4 << 20;
/** Of one record with all its variants. */
export const MOST_RECORD = 6 * MOST_VALUE;

/** A snapshot that cannot be used, in a sentence for people. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

/** ISO 8601 in the file, ms since the epoch here. */
const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** Whatever JSON.parse gives; looking further would recurse as deep as it is nested. */
const json = z.unknown().refine((value) => value !== undefined, 'missing');

const common = {
  /** Names the state of the inputs. */
  id: z.string().regex(/^[\w.:-]{1,200}$/),
  createdAt: time,
  /** Absent: never. */
  expiresAt: time.optional(),
  costMs: z.number().nonnegative(),
  /** The names and dependencies under which the value holds: the guard's own. */
  stamp: json,
};

const variantSchema = z.union([
  z.strictObject({ ...common, json }),
  z.strictObject({ ...common, encoding: z.literal('v8'), base64: z.base64() }),
]);

/** `namespace:id`, without half surrogate pairs, which not every store can keep. */
const key = z
  .string()
  .max(5000)
  .regex(/^[^:]+:./s)
  .refine((text) => !/\p{Surrogate}/u.test(text), 'half a surrogate pair');

export const recordSchema = z.tuple([
  key,
  z.object({ value: z.strictObject({ variants: z.array(variantSchema).min(1).max(100) }) }),
]);

export const versionSchema = z.tuple([
  z.literal(SNAPSHOT_KEY),
  z.object({ value: z.object({ version: z.number() }) }),
]);

export type SnapshotVariant = z.infer<typeof variantSchema>;
