import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Connection } from './connection.ts';
import type { RedisLink } from './redis-link.ts';
import { BUMP, MOST_NAMES, type Script, SINCE } from './redis-scripts.ts';
import { type Bump, type Bumps, type Position, SharedStoreError } from './shared-store.ts';

/** Names of this many bumps travel in one request: it has to be answered well within the time limit. */
const MOST_AT_ONCE = 500;
/** Requests for all names there can be; a server that has more to tell is none of ours. */
const MOST_PAGES = (2 * MOST_NAMES) / MOST_AT_ONCE;
/** Longest message that is looked into, in UTF-16 code units. */
const LONGEST_MESSAGE = 1_000_000;

const text = z.union([z.string(), z.instanceof(Buffer)]).transform(String);
const place = text.transform(Number).pipe(z.int().nonnegative());
const replySchema = z.tuple([text, place, place]).rest(text);
const messageSchema = z.object({
  by: z.string(),
  line: z.string().max(64),
  from: place,
  floor: place,
  bumps: z.array(z.tuple([z.string(), place, z.string()])),
});

/** The sequence of a project's invalidations on Redis: scripts that change it, and what they publish. */
export class RedisGenerations {
  readonly channel: string;
  /** Of the position. */
  readonly key: string;
  /** Keeps what this instance publishes apart from what it has to hear. */
  readonly #instance = randomBytes(9).toString('base64url');
  readonly #keys: readonly string[];

  constructor({ prefix, project }: Connection) {
    const base = `${prefix}:{${project}}`; // in braces what decides on the slot: all are in one
    this.key = `${base}:position`;
    this.#keys = [this.key, `${base}:names`, `${base}:causes`];
    this.channel = `${base}:bumps`;
  }

  async bump(
    link: RedisLink,
    bumps: readonly { readonly name: string; readonly cause: string }[],
    known: Position,
  ): Promise<Bumps> {
    const all: Bump[] = [];
    let last: Bumps = { position: known, from: known.place, floor: 0, bumps: all };
    for (let first = 0; first < bumps.length; first += MOST_AT_ONCE) {
      const some = bumps.slice(first, first + MOST_AT_ONCE);
      const [line, floor, began, ...places] = await this.#ask(link, BUMP, last.position, [
        String(MOST_NAMES),
        this.channel,
        this.#instance,
        ...some.flatMap(({ name, cause }) => [name, cause]),
      ]);
      all.push(...some.map(({ name, cause }, i) => ({ name, cause, at: Number(places[i]) })));
      const gapless = first > 0 && last.position.line === line && last.position.place === began;
      const position = { line, place: all.at(-1)?.at ?? began };
      last = { position, from: gapless ? last.from : began, floor, bumps: all };
    }
    return last;
  }

  async since(link: RedisLink, known: Position): Promise<Bumps> {
    let all = await this.#page(link, known);
    let last = all;
    for (let pages = 1; last.bumps.length === MOST_AT_ONCE; pages++) {
      if (pages === MOST_PAGES) throw notUnderstood();
      last = await this.#page(link, all.position);
      const joins = last.position.line === all.position.line && last.from === all.position.place;
      all = joins ? { ...last, from: all.from, bumps: [...all.bumps, ...last.bumps] } : last;
    }
    return all;
  }

  /** Undefined for this instance's own message, and for one from nobody of this cache. */
  hear(message: string): Bumps | undefined {
    if (message.length > LONGEST_MESSAGE) return undefined; // the next read tells that something was missed
    let json: unknown;
    try {
      json = JSON.parse(message);
    } catch {
      return undefined;
    }
    const parsed = messageSchema.safeParse(json);
    if (!parsed.success || parsed.data.by === this.#instance) return undefined;
    const { line, from, floor } = parsed.data;
    const bumps = parsed.data.bumps.map(([name, at, cause]) => ({ name, at, cause }));
    return { position: { line, place: bumps.at(-1)?.at ?? from }, from, floor, bumps };
  }

  async #page(link: RedisLink, known: Position): Promise<Bumps> {
    const [line, floor, from, at = '', ...rest] = await this.#ask(link, SINCE, known, [String(MOST_AT_ONCE)]);
    const bumps: Bump[] = [];
    for (let i = 0; i + 2 < rest.length; i += 3)
      bumps.push({ name: rest[i] as string, at: Number(rest[i + 1]), cause: rest[i + 2] as string });
    return { position: { line, place: Number(at) }, floor, from, bumps };
  }

  async #ask(link: RedisLink, script: Script, known: Position, args: readonly string[]) {
    const line = randomBytes(9).toString('base64url');
    const reply = await link.run(script, this.#keys, [String(known.place), known.line, line, ...args]);
    const parsed = replySchema.safeParse(reply);
    if (parsed.success) return parsed.data;
    throw notUnderstood();
  }
}

function notUnderstood(): SharedStoreError {
  return new SharedStoreError('refused', 'The shared cache gave an answer that cannot be understood.');
}
