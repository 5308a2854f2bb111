import * as z from 'zod';
import { decode, encode } from '../../cache/codec.ts';
import { type Report, type Selector, selectorSchema } from '../selector.ts';

/** An invalidation that can be undone. */
export interface UndoRecord {
  readonly id: string;
  /** ms since the epoch. */
  readonly at: number;
  /** What was invalidated; of many keys only the first {@link MOST_NAMED}. */
  readonly selector: Selector;
  readonly cause: string;
  /** What it hit. */
  readonly report: Report;
  /** Keys of which something can come back. */
  readonly undoable: number;
  /** Of what can come back. */
  readonly bytes: number;
}

/** The same as it is kept, with what undoing it takes. */
export interface StoredUndo extends UndoRecord {
  /** The generations that it made. */
  readonly bumps: readonly { readonly name: string; readonly at: number }[];
  /** What the file level has set aside; absent when it is not known, or too many to name. */
  readonly keys?: readonly string[] | undefined;
  /** The names under which a later one can cover what it has set aside; absent when they are too many. */
  readonly names?: readonly string[] | undefined;
  /** Somebody has begun to undo it: whoever finds it so ends that. */
  readonly undoing?: boolean | undefined;
}

/** In the order in which they were made, as far as clocks and ids tell. */
export function inOrder(a: UndoRecord, b: UndoRecord): number {
  return a.at - b.at || (a.id < b.id ? -1 : 1);
}

/** Keys in a record. */
export const MOST_NAMED = 200;

const count = z.number().nonnegative();

const schema = z.object({
  id: z.string().min(1),
  at: count,
  selector: selectorSchema,
  cause: z.string(),
  report: z.object({
    entries: count,
    bytes: count,
    levels: z.object({ memory: count, file: count, shared: count }),
  }),
  undoable: count,
  bytes: count,
  bumps: z.array(z.object({ name: z.string(), at: count })),
  keys: z.array(z.string()).optional(),
  names: z.array(z.string()).optional(),
  undoing: z.boolean().optional(),
});

export function encodeUndo(record: StoredUndo): Promise<Uint8Array> {
  return encode(record);
}

/** Throws CodecError or ZodError for what is none of this version, or is not the one of this id. */
export function decodeUndo(id: string, bytes: Uint8Array): StoredUndo {
  const record = schema.extend({ id: z.literal(id) }).parse(decode(bytes));
  const { selector } = record;
  if ('agent' in selector || 'olderThan' in selector) throw new Error('its selector depends on the moment.');
  return { ...record, selector };
}

/** A selector as it is kept. */
export function shortened(selector: Selector): Selector {
  return 'keys' in selector ? { keys: selector.keys.slice(0, MOST_NAMED) } : selector;
}
