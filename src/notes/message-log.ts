import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { namesIn, TEMPORARY, writeDurably } from './durable.ts';
import { ForeignFile, readJson } from './json-file.ts';
import { MOST_LIMITS } from './limits.ts';
import { FORMAT, moment } from './note.ts';
import { NotesError } from './notes-error.ts';
import type { Message } from './session-input.ts';
import type { ToldOnce } from './told-once.ts';

/** Place in the order, number of messages, and what tells apart what two processes append at once. */
const BATCH = /^(\d{15})-(\d{4})-[0-9a-f]{16}\.json$/;
const CURSOR = /^(\d{15}-\d{4}-[0-9a-f]{16}\.json):(\d{1,4})$/;
/** What one page holds at the most, bytes of its files; one message is always on it. */
const LARGEST_PAGE = 4 * 1024 * 1024;
/** What a file holds beside the contents of its messages, bytes for each. */
const BESIDE = 1024;

const batchSchema = z.object({
  format: z.literal(FORMAT),
  messages: z
    .array(z.object({ role: z.string(), content: z.unknown(), at: moment }))
    .min(1)
    .readonly(),
});

interface Batch {
  readonly name: string;
  /** Milliseconds since the epoch, but later than that of every batch before. */
  readonly order: number;
  readonly count: number;
}

/** Of one message. */
interface Place {
  readonly name: string;
  readonly index: number;
}

export interface Page {
  /** In the order in which they were appended. */
  readonly messages: readonly Message[];
  /** For the page before this one; absent on the first. */
  readonly before?: string;
}

export interface Extent {
  readonly total: number;
  /** When the last message was appended, ms since the epoch; 0 for none. */
  readonly lastAt: number;
}

/**
 * The messages of one session: one file for each call that appends, never changed afterwards, so that
 * it is there as a whole or not at all, and processes that append at once cannot mix theirs. A log
 * that all append to would need a lock to drop its oldest messages.
 */
export class MessageLog {
  readonly #folder: string;
  readonly #told: ToldOnce;

  constructor(folder: string, told: ToldOnce) {
    this.#folder = folder;
    this.#told = told;
  }

  /** On the disk when it resolves. Then the oldest beyond the limit go. Rejects with a {@link NotesError}. */
  async append(messages: readonly Message[], historyLimit: number, now: number): Promise<Extent> {
    const batches = await this.#batches();
    const order = Math.max(now, (batches.at(-1)?.order ?? 0) + 1);
    const count = messages.length;
    const name = `${String(order).padStart(15, '0')}-${String(count).padStart(4, '0')}-${randomBytes(8).toString('hex')}.json`;
    const dated = messages.map((message) => ({ ...message, at: new Date(message.at).toISOString() }));
    await writeDurably(path.join(this.#folder, name), { format: FORMAT, messages: dated });
    await this.#trim([...batches, { name, order, count }], historyLimit);
    return this.extent(historyLimit);
  }

  async extent(historyLimit: number): Promise<Extent> {
    const batches = await this.#batches();
    const total = batches.reduce((sum, { count }) => sum + count, 0);
    return { total: Math.min(total, historyLimit), lastAt: batches.at(-1)?.order ?? 0 };
  }

  /** The last messages before a cursor. Rejects with a {@link NotesError} for what is no cursor. */
  async page(last: number, before: string | undefined, historyLimit: number): Promise<Page> {
    const end = before === undefined ? undefined : placeOf(before);
    const places = newest(await this.#batches(), historyLimit).flatMap(({ name, from, count }) =>
      Array.from({ length: count - from }, (_, i) => ({ name, index: from + i })),
    );
    const earlier = end ? places.filter((place) => isBefore(place, end)) : places;
    const wanted = earlier.slice(-last);
    const messages: Message[] = [];
    let open: { readonly name: string; readonly messages: readonly Message[] | undefined } | undefined;
    let bytes = 0;
    let first: Place | undefined;
    for (const place of wanted.toReversed()) {
      if (bytes > LARGEST_PAGE) break;
      if (open?.name !== place.name) open = { name: place.name, messages: await this.#read(place.name) };
      first = place;
      const message = open.messages?.[place.index];
      if (!message) continue;
      messages.push(message);
      bytes += Buffer.byteLength(JSON.stringify(message.content));
    }
    const more = first !== undefined && first !== earlier[0];
    return { messages: messages.reverse(), ...(more && first && { before: `${first.name}:${first.index}` }) };
  }

  /** Undefined for what is gone meanwhile, or cannot be read, which is told. */
  async #read(name: string): Promise<readonly Message[] | undefined> {
    const file = path.join(this.#folder, name);
    const count = Number(BATCH.exec(name)?.[2]);
    try {
      const most = count * (MOST_LIMITS.messageBytes + BESIDE);
      const messages = (await readJson(file, batchSchema, most))?.value.messages;
      if (messages && messages.length !== count)
        throw new ForeignFile(`it holds ${messages.length} messages, not ${count}.`);
      return messages;
    } catch (error) {
      this.#told.skipped(file, error);
      return undefined;
    }
  }

  /** In order. */
  async #batches(): Promise<Batch[]> {
    const batches: Batch[] = [];
    for (const name of await namesIn(this.#folder)) {
      const [, order, count] = BATCH.exec(name) ?? [];
      if (order !== undefined) batches.push({ name, order: Number(order), count: Number(count) });
      else if (!name.endsWith(TEMPORARY)) {
        this.#told.skipped(path.join(this.#folder, name), new Error('it is no message.'));
      }
    }
    return batches;
  }

  /** What two processes drop at once would be dropped by either. */
  async #trim(batches: readonly Batch[], historyLimit: number): Promise<void> {
    const kept = new Set(newest(batches, historyLimit).map(({ name }) => name));
    for (const { name } of batches) {
      if (kept.has(name)) continue;
      const file = path.join(this.#folder, name);
      await rm(file, { force: true }).catch((error) => this.#told.skipped(file, error));
    }
  }
}

/** Throws a {@link NotesError} for what is no cursor. */
function placeOf(cursor: string): Place {
  const [, name, index] = CURSOR.exec(cursor) ?? [];
  if (name !== undefined) return { name, index: Number(index) };
  throw new NotesError('invalid', '"before" is not a cursor that a page has given.');
}

function isBefore(a: Place, b: Place): boolean {
  return a.name === b.name ? a.index < b.index : a.name < b.name;
}

/** The batches with the newest messages, in order; of each, the messages from an index on. */
function newest(batches: readonly Batch[], most: number): readonly (Batch & { readonly from: number })[] {
  const kept: (Batch & { from: number })[] = [];
  let room = most;
  for (const batch of batches.toReversed()) {
    if (room === 0) break;
    const from = Math.max(0, batch.count - room);
    room -= batch.count - from;
    kept.push({ ...batch, from });
  }
  return kept.reverse();
}
