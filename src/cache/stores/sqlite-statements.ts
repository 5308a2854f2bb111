import type { DatabaseSync } from 'node:sqlite';
import type { Ask, ConditionRow, Operations, WriteRow } from './sqlite-protocol.ts';
import type { KeyRow, Stored } from './store.ts';

/** A page ends at whichever comes first, so that receiving one never takes long. */
const PAGE_ROWS = 256;
const PAGE_BYTES = 1 << 20;
/** Of keys that begin alike. */
const RANGE_ROWS = 8;
/** Of keys without their values. */
const PAGE_KEYS = 1000;

type Record = { key: string; value: Uint8Array; expires: number | null };

/** The prepared statements of one connection. */
export class Statements {
  readonly #get;
  readonly #has;
  readonly #is;
  readonly #set;
  readonly #delete;
  readonly #page;
  readonly #range;
  readonly #keys;
  readonly #size;
  readonly #clear;

  constructor(db: DatabaseSync) {
    this.#get = db.prepare('SELECT value, expires FROM entry WHERE namespace = ? AND key = ?');
    this.#has = db.prepare(
      'SELECT 1 FROM entry WHERE namespace = ? AND key = ? AND (expires IS NULL OR expires > ?)',
    );
    this.#is = db.prepare(
      'SELECT 1 FROM entry WHERE namespace = ? AND key = ? AND (expires IS NULL OR expires > ?) AND value = ?',
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
    this.#range = db.prepare(
      `SELECT key, value, expires FROM entry
       WHERE namespace = ? AND key >= ? AND key < ? AND length(value) <= ? AND (expires IS NULL OR expires > ?)
       LIMIT ${RANGE_ROWS}`,
    );
    this.#keys = db.prepare(
      `SELECT key, length(value) AS bytes FROM entry
       WHERE namespace = ? AND key >= ? AND (expires IS NULL OR expires > ?) ORDER BY key LIMIT ${PAGE_KEYS}`,
    );
    // What has expired is counted until upkeep deletes it; the index finds it at once.
    this.#size = db.prepare(
      `SELECT coalesce(sum(entries), 0) AS entries, coalesce(sum(bytes), 0) AS bytes FROM (
         SELECT entries, bytes FROM tally WHERE :namespace IS NULL OR namespace = :namespace
         UNION ALL
         SELECT -1, -length(value) FROM entry
         WHERE expires IS NOT NULL AND expires <= :now AND (:namespace IS NULL OR namespace = :namespace)
       )`,
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
        return this.#writeAll(ask.rows, ask.conditions, now);
      case 'page':
        return this.#pageAfter(ask.namespace, ask.after, now);
      case 'range': {
        const rows = this.#range.all(ask.namespace, ask.from, ask.to, ask.most, now) as unknown as Record[];
        return rows.map(({ key, value, expires }): [string, Stored] => [key, stored(value, expires)]);
      }
      case 'keys':
        return this.#keysAfter(ask.namespace, ask.after, now);
      case 'size':
        return this.#size.get({ namespace: ask.namespace ?? null, now }) as {
          entries: number;
          bytes: number;
        };
      case 'clear':
        for (const namespace of ask.namespaces) this.#clear.run(namespace);
        return true;
    }
  }

  #writeAll(rows: readonly WriteRow[], conditions: readonly ConditionRow[], now: number) {
    const unmet: number[] = [];
    for (const [index, condition] of conditions.entries()) {
      if (!this.#holds(condition, now)) unmet.push(index);
    }
    const left = new Set<number | null>(unmet);
    return { done: rows.map((row) => !left.has(row.onlyIf) && this.#write(row, now)), unmet };
  }

  #holds({ namespace, key, value }: ConditionRow, now: number): boolean {
    if (value === null) return this.#has.get(namespace, key, now) === undefined;
    return this.#is.get(namespace, key, now, value) !== undefined;
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

  #keysAfter(namespace: string, after: string | undefined, now: number): KeyRow[] {
    const rows = this.#keys.all(namespace, after ?? '', now) as { key: string; bytes: number }[];
    if (rows[0]?.key === after) rows.shift();
    return rows.map(({ key, bytes }) => [key, bytes]);
  }
}

function live(row: Record | undefined, now: number): Stored | undefined {
  if (!row || (row.expires !== null && row.expires <= now)) return undefined;
  return stored(row.value, row.expires);
}

function stored(value: Uint8Array, expires: number | null): Stored {
  return expires === null ? { value } : { value, expires };
}
