import type { KeyvStorageAdapter } from 'keyv';
import { asBytes, eachRow, namespaceStore, type Records } from './namespace-store.ts';
import { SqliteHost } from './sqlite-host.ts';
import type { WriteRow } from './sqlite-protocol.ts';
import { type FileDatabase, type OnProblem, type Row, StoreError, type Write } from './store.ts';

export interface SqliteOptions {
  /** Path of the database; its folder is created. `-wal` and `-shm` files lie beside it. */
  readonly file: string;
  /** Path of `sqlite-worker.ts`, bundled. */
  readonly worker: string;
  /** After this a request rejects, ms. */
  readonly timeoutMs?: number;
  readonly onProblem: OnProblem;
}

/**
 * A SQLite database in a worker, opened at the first request. Several processes may use one file.
 * A promise of a write resolves when the write is committed: it survives a killed process; a power
 * cut may cost the last ones. Requests take effect in the order of the calls.
 */
export function openSqlite(options: SqliteOptions): FileDatabase {
  return new SqliteDatabase(options);
}

class SqliteDatabase implements FileDatabase, Records {
  readonly kind = 'sqlite';
  readonly #host: SqliteHost;

  constructor({ file, worker, timeoutMs = 10_000, onProblem }: SqliteOptions) {
    this.#host = new SqliteHost({ file, worker, timeoutMs, busyMs: Math.ceil(timeoutMs / 2), onProblem });
  }

  store(namespace: string): KeyvStorageAdapter {
    return namespaceStore(this, namespace);
  }

  async commit(writes: readonly Write[]): Promise<void> {
    await this.write(writes);
  }

  async write(writes: readonly Write[]): Promise<boolean[]> {
    const values: Uint8Array[] = [];
    const rows = writes.map(({ namespace, key, value, expires }): WriteRow => {
      checkName(namespace);
      checkName(key);
      if (value === undefined) return { namespace, key, value: null, expires: null };
      const copy = new Uint8Array(asBytes(value)); // the caller keeps its own, the worker takes this one
      values.push(copy);
      return { namespace, key, value: copy, expires: wholeMs(expires) };
    });
    return this.#host.ask({ op: 'write', rows }, values);
  }

  async get(namespace: string, keys: readonly string[]) {
    for (const key of keys) checkName(key);
    return this.#host.ask({ op: 'get', namespace, keys });
  }

  async has(namespace: string, keys: readonly string[]) {
    for (const key of keys) checkName(key);
    return this.#host.ask({ op: 'has', namespace, keys });
  }

  page(namespace: string, after: string | undefined) {
    return this.#host.ask({ op: 'page', namespace, after });
  }

  each(namespace: string, onChunk: (rows: readonly Row[]) => void): Promise<void> {
    return eachRow(this, namespace, onChunk);
  }

  size() {
    return this.#host.ask({ op: 'size' });
  }

  async clear(namespace: string): Promise<void> {
    await this.#host.ask({ op: 'clear', namespace });
  }

  close(): Promise<void> {
    return this.#host.close();
  }
}

/** SQLite's text is UTF-8, which turns every half surrogate pair into one and the same character. */
function checkName(text: string): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw new StoreError('failed', 'A key with half a surrogate pair cannot be stored.');
  }
}

function wholeMs(expires: number | undefined): number | null {
  return expires !== undefined && expires < Number.MAX_SAFE_INTEGER ? Math.ceil(expires) : null;
}
