import * as z from 'zod';

const name = z.string().min(1).max(8192);
const place = z.number().int().nonnegative();
/** When the teller began, ms since the epoch: what another process has written since may rest on what was before. */
const since = z.number().nonnegative();

/** What one process on a file level tells the others. */
const announcement = z.discriminatedUnion('kind', [
  /** An invalidation by a name with a generation, under its very place in the sequence. */
  z.object({ kind: z.literal('bumped'), name, at: place, cause: z.string() }),
  /** One by a name without a generation: `pattern …`, `regex …`, `before …`. */
  z.object({ kind: z.literal('invalidated'), name, cause: z.string(), since }),
  /** Keys that were set, updated, deleted or invalidated. */
  z.object({ kind: z.literal('keys'), keys: z.array(name).min(1), cause: z.string(), since }),
  /** The same for namespaces of which there were too many keys to name them. */
  z.object({ kind: z.literal('namespaces'), namespaces: z.array(name).min(1), cause: z.string(), since }),
  /** The file level was cleared; what memory has stays. */
  z.object({ kind: z.literal('cleared'), cause: z.string() }),
  /** The invalidation of a name at this place was undone: the last one that stands is at `before`, 0 for none. */
  z.object({ kind: z.literal('revoked'), name, at: place, before: place }),
  /** Some of what there was to tell is lost, or was too much. */
  z.object({ kind: z.literal('everything'), cause: z.string() }),
]);

export type Announcement = z.infer<typeof announcement>;

/** A line of the log. */
const batch = z.object({
  /** Of the process that tells. */
  from: z.string().min(1).max(64),
  /** Counts the lines of that process, from 1: a line that is missing is noticed. */
  n: z.number().int().positive(),
  said: z.array(announcement),
});

export type Batch = z.infer<typeof batch>;

export function toLine(one: Batch): string {
  return `${JSON.stringify(one)}\n`;
}

/** Undefined for a line that is torn, or of a version that this one does not know. */
export function fromLine(line: string): Batch | undefined {
  try {
    return batch.parse(JSON.parse(line));
  } catch {
    return undefined; // whoever reads takes it for a doubt, and tells
  }
}
