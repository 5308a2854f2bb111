import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './sqlite-errors.ts';

/** Kept in `PRAGMA user_version`. Raise it when the table changes: there are no migrations of a cache. */
const FORMAT = 2;

const PAGE = 8192;

/**
 * A rowid table on 8 KB pages: of five layouts tried with 10 KB values it had the fastest inserts
 * and the smallest file; WITHOUT ROWID took twice as long per insert, and far longer at p99. The
 * tally adds 2 µs to a write; counting 50,000 records instead reads a page of each.
 */
const SCHEMA = `
  CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    expires INTEGER,
    value BLOB NOT NULL,
    UNIQUE (namespace, key)
  ) STRICT;
  CREATE INDEX entry_expires ON entry (expires) WHERE expires IS NOT NULL;
  CREATE TABLE tally (
    namespace TEXT PRIMARY KEY,
    entries INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN
    INSERT INTO tally VALUES (new.namespace, 1, length(new.value))
      ON CONFLICT DO UPDATE SET entries = entries + 1, bytes = bytes + excluded.bytes;
  END;
  CREATE TRIGGER entry_changed AFTER UPDATE OF value ON entry BEGIN
    UPDATE tally SET bytes = bytes + length(new.value) - length(old.value) WHERE namespace = new.namespace;
  END;
  CREATE TRIGGER entry_gone AFTER DELETE ON entry BEGIN
    UPDATE tally SET entries = entries - 1, bytes = bytes - length(old.value) WHERE namespace = old.namespace;
  END;
  PRAGMA user_version = ${FORMAT};
`;

/** The file is a database of something else, or of another version of this. */
export class OtherFormat extends Error {
  override readonly name = 'OtherFormat';
  readonly format: number;

  constructor(format: number) {
    super(`The cache file has format ${format}, not ${FORMAT}.`);
    this.format = format;
  }
}

/** Opens or creates the database. Throws {@link OtherFormat} or SQLite's error, with the file closed again. */
export function connect(file: string, busyMs: number): DatabaseSync {
  mkdirSync(path.dirname(file), { recursive: true });
  const until = performance.now() + busyMs;
  for (;;) {
    try {
      return tryConnect(file, busyMs);
    } catch (error) {
      // Two processes that turn on WAL together are told "busy" without any wait.
      if (!isBusy(error) || performance.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

function tryConnect(file: string, busyMs: number): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: busyMs });
  try {
    // The first two only count for a new file; the cache gives disk space back after a clear.
    db.exec(`PRAGMA page_size = ${PAGE}; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL`);
    // NORMAL: what was committed survives a killed process; a power cut may cost the last commits, never the file.
    db.exec('PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216');
    db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
    if (formatOf(db) !== FORMAT) create(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function create(db: DatabaseSync): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    const format = formatOf(db); // another process may have been faster
    const empty = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
    if (format === 0 && empty) db.exec(SCHEMA);
    else if (format !== FORMAT) throw new OtherFormat(format);
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** What the file has and does not use. Throws SQLite's error. */
export function freeBytes(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA freelist_count').get()?.freelist_count) * PAGE;
}

function formatOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.user_version);
}

/** Names the file at this path; undefined when there is none. Another name: somebody moved ours away. */
export function identity(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
}
