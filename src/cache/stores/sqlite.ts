import type { KeyvStorageAdapter } from 'keyv';
import { asBytes, eachRow, namespaceStore, type Records } from './namespace-store.ts';
import { SqliteHost } from './sqlite-host.ts';
import type { ConditionRow, WriteRow } from './sqlite-protocol.ts';
import {
  type Condition,
  type FileDatabase,
  type KeyRow,
  type OnProblem,
  type Row,
  StoreError,
  type Write,
} from './store.ts';

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

  async commit(writes: readonly Write[]): Promise<readonly Condition[]> {
    const conditions = [...new Set(writes.flatMap(({ onlyIf }) => onlyIf ?? []))];
    const { unmet } = await this.#write(writes, conditions);
    return unmet.map((index) => conditions[index] as Condition);
  }

  async write(writes: readonly Write[]): Promise<readonly boolean[]> {
    return (await this.#write(writes, [])).done;
  }

  async #write(writes: readonly Write[], conditions: readonly Condition[]) {
    const pack = new Pack([...writes, ...conditions]);
    const index = new Map(conditions.map((condition, i) => [condition, i]));
    const rows = writes.map(({ namespace, key, value, expires, onlyIf }): WriteRow => {
      const at = value === undefined ? null : wholeMs(expires);
      return {
        namespace,
        key,
        value: pack.add(value),
        expires: at,
        onlyIf: (onlyIf && index.get(onlyIf)) ?? null,
      };
    });
    const seen = conditions.map(
      ({ namespace, key, value }): ConditionRow => ({ namespace, key, value: pack.add(value) }),
    );
    return this.#host.ask({ op: 'write', rows, conditions: seen }, [pack.bytes]);
  }

  async get(namespace: string, keys: readonly string[]) {
    for (const key of keys) checkName(key);
    return this.#host.ask({ op: 'get', namespace, keys });
  }

  async has(namespace: string, keys: readonly string[]) {
    for (const key of keys) checkName(key);
    return this.#host.ask({ op: 'has', namespace, keys });
  }

  async *pages(namespace: string) {
    for (let after: string | undefined; ; ) {
      const page = await this.#host.ask({ op: 'page', namespace, after });
      if (page.length === 0) return;
      yield page;
      after = page.at(-1)?.[0];
    }
  }

  each(namespace: string, onChunk: (rows: readonly Row[]) => Promise<void> | void): Promise<void> {
    return eachRow(this, namespace, onChunk);
  }

  async eachKey(namespace: string, onChunk: (rows: readonly KeyRow[]) => Promise<void> | void) {
    for (let after: string | undefined; ; ) {
      const page = await this.#host.ask({ op: 'keys', namespace, after });
      if (page.length === 0) return;
      await onChunk(page);
      after = page.at(-1)?.[0];
    }
  }

  async startingWith(namespace: string, start: string, most: number): Promise<readonly Row[]> {
    checkName(start);
    const last = start.length - 1;
    const to = start.slice(0, last) + String.fromCharCode(start.charCodeAt(last) + 1);
    const rows = await this.#host.ask({ op: 'range', namespace, from: start, to, most });
    return rows.map(([key, { value }]) => [key, value]);
  }

  size(namespace?: string) {
    return this.#host.ask({ op: 'size', namespace });
  }

  async clear(...namespaces: string[]): Promise<void> {
    await this.#host.ask({ op: 'clear', namespaces });
  }

  close(): Promise<void> {
    return this.#host.close();
  }
}

/** The values of one request as views on one buffer, which moves to the worker: a buffer each would cost more than their bytes. */
class Pack {
  readonly bytes: Uint8Array;
  #length = 0;

  /** Throws a StoreError for what cannot be stored. */
  constructor(records: readonly Condition[]) {
    let total = 0;
    for (const { namespace, key, value } of records) {
      checkName(namespace);
      checkName(key);
      if (value !== undefined) total += asBytes(value).length;
    }
    this.bytes = Buffer.allocUnsafeSlow(total);
  }

  /** A copy: the caller keeps his own. */
  add(value: Uint8Array | undefined): Uint8Array | null {
    if (value === undefined) return null;
    const from = this.#length;
    this.#length += value.length;
    this.bytes.set(value, from);
    return this.bytes.subarray(from, this.#length);
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
