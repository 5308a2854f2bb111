import * as z from 'zod';
import { MATCH_MARKS } from '../protocol/answers.ts';
import { ENTRY_SORTS, MOST_ROWS } from '../protocol/entries.ts';
import { FILE_SORTS } from '../protocol/files.ts';
import { PERIODS } from '../protocol/savings.ts';
import { HOT_SORTS, HOT_SPANS, RANGES, SECTIONS, type ToHost } from '../protocol.ts';

/** Keys that one message may name: as many as the page lets a person select. */
const MOST_KEYS = 10_000;
const MOST_TAGS = 1000;
/** Characters: of as many keys as one message may name, with room. */
const MOST_COPIED = 10_000_000;
/** Rows that a cache can have, with room. */
const LAST_ROW = 100_000_000;

const text = z.string().min(1).max(4096);
const id = z.string().min(1).max(200);

const paged = {
  filter: z.string().max(5000),
  descending: z.boolean(),
  from: z.int().min(0).max(LAST_ROW),
  count: z.int().min(1).max(MOST_ROWS),
};

const view = z.object({
  range: z.enum(RANGES),
  hotSort: z.enum(HOT_SORTS),
  hotSpan: z.enum(HOT_SPANS).optional(),
  expandedTags: z.array(text).max(MOST_TAGS),
  section: z.enum(SECTIONS),
  entries: z.object({ ...paged, sort: z.enum(ENTRY_SORTS) }),
  entry: text.optional(),
  files: z.object({ ...paged, sort: z.enum(FILE_SORTS) }),
  period: z.enum(PERIODS),
});

/** What the page may say: it shows what agents stored, and is trusted no further than that. */
export const messageSchema: z.ZodType<ToHost> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), view }),
  z.object({ type: z.literal('view'), view }),
  z.object({ type: z.literal('invalidateTag'), tag: text }),
  z.object({ type: z.literal('invalidateKey'), key: text }),
  z.object({ type: z.literal('invalidateKeys'), keys: z.array(text).min(1).max(MOST_KEYS) }),
  z.object({ type: z.literal('invalidateFile'), file: text }),
  z.object({ type: z.literal('undo'), id }),
  z.object({ type: z.literal('applyAdvice'), id }),
  z.object({ type: z.literal('revertAdvice'), id }),
  z.object({ type: z.literal('openDebugLogs') }),
  z.object({ type: z.literal('markMatch'), id, marked: z.enum(MATCH_MARKS) }),
  z.object({
    type: z.literal('openSetting'),
    id: z
      .string()
      .regex(/^agentCache(\.[A-Za-z]+)+$/)
      .max(200),
  }),
  z.object({ type: z.literal('copy'), text: z.string().min(1).max(MOST_COPIED) }),
  z.object({ type: z.literal('openFile'), file: text }),
  z.object({ type: z.literal('muteAlert'), name: id, muted: z.boolean() }),
  z.object({ type: z.literal('warm') }),
  z.object({ type: z.literal('cancelWarm') }),
  z.object({ type: z.literal('clearAll') }),
  z.object({ type: z.literal('error'), message: z.string().max(10_000) }),
]);
