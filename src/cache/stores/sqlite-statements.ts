import type { DatabaseSync } from 'node:sqlite';
import type { Ask, Operations, WriteRow } from './sqlite-protocol.ts';
import type { Stored } from './store.ts';

/** A page ends at whichever comes first, so that receiving one never takes long. */
const PAGE_ROWS = 256;
const PAGE_BYTES = 1 << 20;

type Record = { key: string; value: Uint8Array; expires: number | null };

/** The prepared statements of one connection. */
export class Statements {
  readonly #get;
  readonly #has;
  readonly #set;
  readonly #delete;
  readonly #page;
  readonly #size;
  readonly #clear;

  constructor(db: DatabaseSync) {
    this.#get = db.prepare('SELECT value, expires FROM entry WHERE namespace = ? AND key = ?');
    this.#has = db.prepare(
      'SELECT 1 FROM entry WHERE namespace = ? AND key = ? AND (expires IS NULL OR expires > ?)',
    );
    this.#set = db.prepare(
      `INSERT INTO entry (namespace, key, expires, value) VALUES (?, ?, ?, ?)
       ON CONFLICT (namespace, key) DO UPDATE SET expires = excluded.expires, value = excluded.value`,
    );
    this.#delete = db.prepare('DELETE FROM entry WHERE namespace = ? AND key = ? RETURNING expires');
    this.#page = db.prepare(
      `SELECT key, value, expires FROM entry
       WHERE namespace = ? AND key > ? AND (expires IS NULL OR expires > ?) ORDER BY key`,
    );
    this.#size = db.prepare(
      'SELECT count(*) AS entries, coalesce(sum(length(value)), 0) AS bytes FROM entry WHERE expires IS NULL OR expires > ?',
    );
    this.#clear = db.prepare('DELETE FROM entry WHERE namespace = ?');
  }

  run(ask: Exclude<Ask, { op: 'close' }>): Operations[typeof ask.op]['answer'] {
    const now = Date.now();
    switch (ask.op) {
      case 'get':
        return ask.keys.map((key) => live(this.#get.get(ask.namespace, key) as Record | undefined, now));
      case 'has':
        return ask.keys.map((key) => this.#has.get(ask.namespace, key, now) !== undefined);
      case 'write':
        return ask.rows.map((row) => this.#write(row, now));
      case 'page':
        return this.#pageAfter(ask.namespace, ask.after, now);
      case 'size':
        return this.#size.get(now) as { entries: number; bytes: number };
      case 'clear':
        this.#clear.run(ask.namespace);
        return true;
    }
  }

  #write({ namespace, key, value, expires }: WriteRow, now: number): boolean {
    if (value !== null) {
      this.#set.run(namespace, key, expires, value);
      return true;
    }
    const gone = this.#delete.get(namespace, key) as { expires: number | null } | undefined;
    return gone !== undefined && (gone.expires === null || gone.expires > now);
  }

  #pageAfter(namespace: string, after: string | undefined, now: number): [string, Stored][] {
    const rows: [string, Stored][] = [];
    let bytes = 0;
    // The empty key sorts first, and no key sorts before it.
    if (after === undefined) {
      const first = live(this.#get.get(namespace, '') as Record | undefined, now);
      if (first) rows.push(['', first]);
    }
    for (const row of this.#page.iterate(namespace, after ?? '', now)) {
      const { key, value, expires } = row as unknown as Record;
      rows.push([key, stored(value, expires)]);
      bytes += value.length;
      if (rows.length >= PAGE_ROWS || bytes >= PAGE_BYTES) break;
    }
    return rows;
  }
}

function live(row: Record | undefined, now: number): Stored | undefined {
  if (!row || (row.expires !== null && row.expires <= now)) return undefined;
  return stored(row.value, row.expires);
}

function stored(value: Uint8Array, expires: number | null): Stored {
  return expires === null ? { value } : { value, expires };
}
