import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { moveAside } from './aside.ts';
import { connect, freeBytes, identity, OtherFormat } from './sqlite-connection.ts';
import { isBusy, storeError } from './sqlite-errors.ts';
import type { Answer, Failure, Request, WorkerOptions } from './sqlite-protocol.ts';
import { Space } from './sqlite-space.ts';
import { Statements } from './sqlite-statements.ts';
import { StoreError } from './store.ts';

const COMPANIONS = ['-wal', '-shm'];

/** How often to look whether the file at the path is still the one that is open, ms. */
const LOOK_EVERY = 1000;

type Work = Exclude<Request, { op: 'close' }>;

/** The database file, with what to do when it is damaged, foreign, moved away or cannot be written. */
export class SqliteFile {
  readonly #options: WorkerOptions;
  readonly #problem: (failure: Failure) => void;
  #mayReplace: boolean;
  #open: { db: DatabaseSync; statements: Statements; identity: string | undefined } | undefined;
  #lookedAt = 0;
  readonly #space: Space;

  constructor(options: WorkerOptions, problem: (failure: Failure) => void) {
    this.#options = options;
    this.#space = new Space(path.dirname(options.file), () => (this.#open ? freeBytes(this.#open.db) : 0));
    this.#mayReplace = options.mayReplace;
    this.#problem = problem;
  }

  /** Runs requests in their order, all writes in one transaction; each gets an answer of its own. */
  run(requests: readonly Work[]): Answer[] {
    const added = requests.reduce((sum, request) => sum + bytesAdded(request), 0);
    if (added === 0 || this.#space.takes(added)) return this.#run(requests);
    const { file } = this.#options;
    const full = new StoreError('full', `The disk with the cache file ${path.basename(file)} is full.`);
    const refused = requests.filter((request) => bytesAdded(request) > 0);
    const others = requests.filter((request) => bytesAdded(request) === 0);
    return [...refused.map(({ id }) => failed(id, full)), ...(others.length > 0 ? this.#run(others) : [])];
  }

  #run(batch: readonly Work[]): Answer[] {
    try {
      this.#look();
      return this.#transaction(batch);
    } catch (thrown) {
      const error = storeError(thrown, this.#options.file);
      if (error.code === 'corrupt' && this.#replace(error)) return this.#oneByOne(batch);
      if (error.code === 'full' && this.#open) {
        this.#shrink();
        return this.#oneByOne(batch);
      }
      // A request of its own making, such as a value too large, must not take the others with it.
      if (this.#open && error.code === 'failed' && batch.length > 1 && !isBusy(thrown)) {
        return this.#oneByOne(batch);
      }
      if (!isBusy(thrown)) this.close();
      return batch.map(({ id }) => failed(id, error));
    }
  }

  /** The open connection, for upkeep; undefined when there is none. */
  get connection(): DatabaseSync | undefined {
    return this.#open?.db;
  }

  close(): void {
    const db = this.#open?.db;
    this.#open = undefined;
    db?.close(); // the last connection to close folds the log into the file
  }

  #transaction(batch: readonly Work[]): Answer[] {
    const { db, statements } = this.#connected();
    const answers: Answer[] = [];
    try {
      for (const request of batch) {
        const writes = request.op === 'write' || request.op === 'clear';
        if (writes && !db.isTransaction) db.exec('BEGIN IMMEDIATE');
        answers.push({ id: request.id, value: statements.run(request) });
      }
      if (db.isTransaction) db.exec('COMMIT');
      return answers;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  #oneByOne(batch: readonly Work[]): Answer[] {
    return batch.flatMap((request) => {
      try {
        return this.#transaction([request]);
      } catch (error) {
        return [failed(request.id, storeError(error, this.#options.file))];
      }
    });
  }

  #connected() {
    if (this.#open) return this.#open;
    let db: DatabaseSync;
    try {
      db = connect(this.#options.file, this.#options.busyMs);
    } catch (error) {
      if (!(error instanceof OtherFormat)) throw error;
      // Replaced while we used it: another version runs beside us, and two would replace each other for ever.
      if (!this.#mayReplace) throw new StoreError('failed', `${error.message} Another version is using it.`);
      this.#aside(`format-${error.format}`, new StoreError('failed', error.message));
      db = connect(this.#options.file, this.#options.busyMs);
    }
    this.#mayReplace = false;
    this.#lookedAt = Date.now();
    this.#open = { db, statements: new Statements(db), identity: identity(this.#options.file) };
    return this.#open;
  }

  /** Lets go of a file that another process moved aside, or that was deleted. */
  #look(): void {
    if (!this.#open || Date.now() - this.#lookedAt < LOOK_EVERY) return;
    this.#lookedAt = Date.now();
    if (identity(this.#options.file) !== this.#open.identity) this.close();
  }

  /** Whether a damaged database is out of the way now. */
  #replace(error: StoreError): boolean {
    const { file } = this.#options;
    const opened = this.#open?.identity;
    this.close();
    // Another process may have replaced it already: then what lies there is a good one.
    if (opened !== undefined && identity(file) !== opened) return true;
    return this.#aside('corrupt', error);
  }

  #aside(reason: string, why: StoreError): boolean {
    const { file } = this.#options;
    if (!existsSync(file)) return true;
    try {
      const target = moveAside(file, reason, COMPANIONS);
      this.#problem({
        code: why.code,
        message: `${why.message} It was moved to ${target}; the cache starts empty.`,
      });
      return true;
    } catch (error) {
      this.#problem({
        code: why.code,
        message: `${why.message} It could not be moved aside: ${String(error)}.`,
      });
      return false;
    }
  }

  /** Folds the log into the file: on a full disk that may be the space that is missing. */
  #shrink(): void {
    try {
      this.#open?.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      const failure = storeError(error, this.#options.file);
      if (!isBusy(error) && failure.code !== 'full') this.#problem(failure); // full: the requests say so
    }
  }
}

function bytesAdded(request: Work): number {
  if (request.op !== 'write') return 0;
  return request.rows.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
}

function failed(id: number, { code, message }: Failure): Answer {
  return { id, error: { code, message } };
}
