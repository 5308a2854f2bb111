import { randomBytes } from 'node:crypto';
import type { Connection } from './connection.ts';
import { FOREVER, type MemcachedClient, type Versioned } from './memcached-client.ts';
import {
  bumpsAfter,
  decodeLog,
  encodeEntries,
  encodeLog,
  type Log,
  lastPlace,
  trimLog,
} from './memcached-log.ts';
import { readPosition, writePosition } from './position-text.ts';
import { type Bumps, type Position, SharedStoreError } from './shared-store.ts';

/** Bytes of a log beyond which its older half goes. */
const LONGEST_LOG = 32 * 1024;
/** How often something is tried again because another instance came in between. */
const MOST_ATTEMPTS = 10;

/**
 * The sequence of a project's invalidations on Memcached, which has neither scripts nor messages: a
 * log, and a small record of the position, which every read looks at. A bump is in the log before
 * the position moves, so whoever sees the new position finds the bump.
 */
export class MemcachedGenerations {
  /** Of the position. */
  readonly key: string;
  readonly #log: string;
  readonly #instance = randomBytes(9).toString('base64url');
  #entries = 0;

  constructor({ prefix, project }: Connection) {
    this.key = `${prefix}:${project}:position`;
    this.#log = `${prefix}:${project}:log`;
  }

  async bump(
    client: MemcachedClient,
    bumps: readonly { readonly name: string; readonly cause: string }[],
    known: Position,
  ): Promise<Bumps> {
    const entries = bumps.map(({ name, cause }) => ({
      id: `${this.#instance}.${++this.#entries}`,
      name,
      cause,
    }));
    const bytes = encodeEntries(entries);
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      if (!(await client.append(this.#log, bytes))) {
        await this.#open(client, known);
        continue;
      }
      const { log, record } = await this.#open(client, known);
      const first = log.entries.findIndex(({ id }) => id === entries[0]?.id);
      if (first < 0) continue; // the log was lost just now, and this bump with it
      const from = log.floor + first;
      const position = { line: log.line, place: from + entries.length };
      await this.#raise(client, { line: log.line, place: lastPlace(log) });
      if (record.value.length > LONGEST_LOG)
        await client.replace(this.#log, encodeLog(trimLog(log)), record, FOREVER);
      return { position, from, floor: log.floor, bumps: bumpsAfter(log, from).slice(0, entries.length) };
    }
    throw tooManyAttempts();
  }

  async since(client: MemcachedClient, known: Position): Promise<Bumps> {
    const { log } = await this.#open(client, known);
    const position = { line: log.line, place: lastPlace(log) };
    await this.#raise(client, position);
    const from = known.line === log.line ? Math.max(log.floor, known.place) : log.floor;
    return { position, from, floor: log.floor, bumps: bumpsAfter(log, from) };
  }

  /** The log; one that is missing or unreadable is started anew, above all places that are known. */
  async #open(client: MemcachedClient, known: Position): Promise<{ log: Log; record: Versioned }> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const record = await client.get(this.#log);
      const log = record && decodeLog(record.value);
      if (record && log) return { log, record };
      const last = readPosition((await client.get(this.key))?.value);
      const floor = Math.max(Date.now(), known.place + 1, (last?.place ?? 0) + 1);
      const bytes = encodeLog({ line: randomBytes(9).toString('base64url'), floor, entries: [] });
      if (record) await client.replace(this.#log, bytes, record, FOREVER);
      else await client.add(this.#log, bytes, FOREVER);
    }
    throw tooManyAttempts();
  }

  /** Moves the position to at least this place of the log's line. */
  async #raise(client: MemcachedClient, position: Position): Promise<void> {
    const bytes = Buffer.from(writePosition(position));
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const record = await client.get(this.key);
      const now = readPosition(record?.value);
      if (now?.line === position.line && now.place >= position.place) return;
      const raised = record
        ? await client.replace(this.key, bytes, record, FOREVER)
        : await client.add(this.key, bytes, FOREVER);
      if (raised) return;
    }
    throw tooManyAttempts();
  }
}

function tooManyAttempts(): SharedStoreError {
  return new SharedStoreError('refused', 'Too many instances change the shared cache at once.');
}
