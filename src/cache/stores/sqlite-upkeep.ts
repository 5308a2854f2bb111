import type { DatabaseSync } from 'node:sqlite';

/** Rows and pages per step: a request that arrives meanwhile waits for one step at most. */
const SWEEP_ROWS = 200;
const VACUUM_PAGES = 200;

/** Free pages are kept for reuse until they are both many and a quarter of the file. */
const MANY_PAGES = 1000;

/**
 * One short step of what nobody waits for: deletes expired records, gives free pages back, folds
 * the log into the file. Returns whether there is more to do. Throws SQLite's errors.
 */
export function upkeep(db: DatabaseSync): boolean {
  const swept = db
    .prepare(
      `DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE expires IS NOT NULL AND expires <= ? LIMIT ${SWEEP_ROWS})`,
    )
    .run(Date.now());
  if (Number(swept.changes) === SWEEP_ROWS) return true;
  const free = pragma(db, 'freelist_count');
  if (free > MANY_PAGES && free * 4 > pragma(db, 'page_count')) {
    // Every page it gives back is one step of the statement.
    db.prepare(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`).all();
    return true;
  }
  db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  return false;
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}
