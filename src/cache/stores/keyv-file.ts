import type { KeyvStorageAdapter } from 'keyv';
import { KeyvFile } from 'keyv-file';
import { checkSize, readContent, stateOf, writtenContent } from './keyv-file-content.ts';
import { type Change, Journal } from './keyv-file-journal.ts';
import { bytesOf, type FileRecord, isLive, live, prefix, sizeOf, toText } from './keyv-file-record.ts';
import { fileError, Saver, type Snapshot } from './keyv-file-saver.ts';
import { asBytes, eachRow, namespaceStore, type Records } from './namespace-store.ts';
import {
  type Condition,
  type FileDatabase,
  type KeyRow,
  type OnProblem,
  type OnWarning,
  type Row,
  type Stored,
  StoreError,
  type Write,
} from './store.ts';
import { sweepTemporaries } from './temporaries.ts';

/**
 * Beyond this the user is warned: every save writes the whole file, and the host stands still while
 * it is read, at the start and whenever another process has saved, about 2 ms per MB. This keeps
 * it to about the 16 ms it may. A file beyond 500 MB could not be read at all, and is not written.
 */
export const SAFE_SIZE = { entries: 5_000, bytes: 8 << 20 };

/** A page ends at whichever comes first. */
const PAGE_ROWS = 256;
const PAGE_BYTES = 1 << 20;

export interface KeyvFileOptions {
  /** Path of the JSON file; its folder is created. A `.lock` lies beside it during a save. */
  readonly file: string;
  /** After this a request rejects, ms. */
  readonly timeoutMs?: number;
  /** Writes within this time share one save, ms. */
  readonly delayMs?: number;
  readonly onProblem: OnProblem;
  /** Told once when the file is past {@link SAFE_SIZE}. */
  readonly onWarning?: OnWarning;
}

/**
 * One JSON file through `keyv-file`, which people can read, copy and commit; for small caches. It
 * is read whole at the first request. A promise of a write resolves when the write is on the disk,
 * one save later: it survives a killed process and a power cut. It is read back
 * in the meantime; when the save fails it is taken back, as if it had not been asked for. Processes
 * that share the file merge when they save; one sees the other's writes at its own next save. Until
 * then a condition is held against what it knows; what counts is that it holds when they are merged.
 */
export function openKeyvFile(options: KeyvFileOptions): FileDatabase {
  return new KeyvFileDatabase(options);
}

/** What is private in `keyv-file` 5.3 and must be reached to save without tearing or losing. */
interface Internals {
  readonly _data: Map<string, FileRecord>;
  readonly _lastExpire: number;
  /** Its own truncates the file first: of 40 files of killed processes, 5 were torn. */
  save: () => Promise<unknown>;
}

type Library = Pick<KeyvFile, 'set' | 'delete'> & Internals;

class KeyvFileDatabase implements FileDatabase, Records {
  readonly kind = 'keyv-file';
  readonly #file: string;
  readonly #onProblem: OnProblem;
  readonly #onWarning: OnWarning | undefined;
  readonly #saver: Saver;
  /** The file as it was when this process last read or wrote it. */
  #state: string | undefined;
  #opened: { readonly library: Library; readonly journal: Journal } | undefined;
  #closed = false;
  #warned = false;

  constructor({ file, timeoutMs = 10_000, delayMs = 100, onProblem, onWarning }: KeyvFileOptions) {
    this.#file = file;
    this.#onProblem = onProblem;
    this.#onWarning = onWarning;
    this.#saver = new Saver({
      file,
      timeoutMs,
      delayMs,
      content: () => this.#content(),
      saved: ({ turn }) => {
        this.#state = stateOf(file);
        this.#open().journal.saved(turn);
      },
      failed: (snapshot) => {
        const { journal } = this.#open();
        journal.failed(snapshot?.turn ?? journal.take());
      },
    });
  }

  store(namespace: string): KeyvStorageAdapter {
    return namespaceStore(this, namespace);
  }

  async commit(writes: readonly Write[]): Promise<readonly Condition[]> {
    const { journal } = this.#request();
    const { unmet, changed } = journal.write(writes.map(changeOf));
    if (changed) await this.#saver.save();
    return [...unmet];
  }

  async write(writes: readonly Write[]): Promise<readonly boolean[]> {
    const { library, journal } = this.#request();
    const changes = writes.map(changeOf);
    const was = new Map(changes.map(({ name }) => [name, isLive(library._data.get(name))]));
    const done = changes.map(({ name, record }) => {
      const before = was.get(name) === true;
      was.set(name, record !== undefined);
      return record !== undefined || before;
    });
    journal.write(changes);
    if (writes.length > 0) await this.#saver.save();
    return done;
  }

  async get(namespace: string, keys: readonly string[]): Promise<(Stored | undefined)[]> {
    const { _data } = this.#request().library;
    return keys.map((key) => live(_data.get(prefix(namespace) + key)));
  }

  async has(namespace: string, keys: readonly string[]): Promise<boolean[]> {
    const { _data } = this.#request().library;
    return keys.map((key) => isLive(_data.get(prefix(namespace) + key)));
  }

  async *pages(namespace: string): AsyncGenerator<(readonly [string, Stored])[]> {
    let page: (readonly [string, Stored])[] = [];
    let bytes = 0;
    for (const [key, name] of this.#names(namespace)) {
      const stored = live(this.#request().library._data.get(name));
      if (!stored) continue;
      page.push([key, stored]);
      bytes += stored.value.length;
      if (page.length < PAGE_ROWS && bytes < PAGE_BYTES) continue;
      yield page;
      await new Promise(setImmediate);
      page = [];
      bytes = 0;
    }
    if (page.length > 0) yield page;
  }

  each(namespace: string, onChunk: (rows: readonly Row[]) => Promise<void> | void): Promise<void> {
    return eachRow(this, namespace, onChunk);
  }

  async eachKey(namespace: string, onChunk: (rows: readonly KeyRow[]) => Promise<void> | void) {
    const names = this.#names(namespace);
    for (let from = 0; from < names.length; from += PAGE_ROWS) {
      const { _data } = this.#request().library;
      const rows = names.slice(from, from + PAGE_ROWS).flatMap(([key, name]): KeyRow[] => {
        const record = _data.get(name);
        return isLive(record) ? [[key, bytesOf(record)]] : [];
      });
      if (rows.length > 0) await onChunk(rows);
      await new Promise(setImmediate);
    }
  }

  async size(namespace?: string): Promise<{ entries: number; bytes: number }> {
    return sizeOf(this.#request().library._data, namespace === undefined ? '' : prefix(namespace));
  }

  async clear(...namespaces: string[]): Promise<void> {
    const { journal } = this.#request();
    for (const namespace of namespaces) journal.clear(prefix(namespace)); // one save holds all of them
    await this.#saver.save();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#saver.finish();
  }

  #request() {
    if (this.#closed) throw new StoreError('closed', 'The cache file is closed.');
    try {
      return this.#open();
    } catch (error) {
      throw fileError(error, this.#file);
    }
  }

  #open() {
    if (!this.#opened) {
      const library = this.#load();
      const put = (name: string, record: FileRecord | undefined) => {
        const ttl = record?.expire === undefined ? undefined : record.expire - Date.now();
        const keep = record !== undefined && (ttl === undefined || ttl > 0);
        void (keep ? library.set(name, record.value, ttl) : library.delete(name)); // in memory at once
      };
      this.#opened = { library, journal: new Journal(library._data, put) };
    }
    return this.#opened;
  }

  /** The keys of a namespace as they are now, with their full names. */
  #names(namespace: string): [key: string, name: string][] {
    const start = prefix(namespace);
    const names: [string, string][] = [];
    for (const name of this.#request().library._data.keys()) {
      if (name.startsWith(start)) names.push([name.slice(start.length), name]);
    }
    return names;
  }

  #load(): Library {
    this.#state = stateOf(this.#file);
    const content = readContent(this.#file, this.#onProblem, true);
    const library: unknown = new KeyvFile({
      filename: this.#file,
      checkFileLock: false, // it would end the extension host on SIGINT
      serialize: JSON.stringify,
      deserialize: () => content, // read and checked above; the library would not notice a torn file
    });
    if (!isLibrary(library)) throw new StoreError('failed', 'This version of keyv-file is not known.');
    library.save = () => Promise.resolve(); // whoever changes something asks the saver
    sweepTemporaries(this.#file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') this.#onProblem(fileError(error, this.#file));
    });
    return library;
  }

  #content(): Snapshot {
    const { library, journal } = this.#open();
    const { _data, _lastExpire } = library;
    if (stateOf(this.#file) !== this.#state) {
      journal.merge(new Map(readContent(this.#file, this.#onProblem, false)?.cache));
    }
    this.#warn(_data);
    const records = [..._data].filter(([, record]) => isLive(record));
    checkSize(this.#file, records);
    return { text: writtenContent(records, _lastExpire), turn: journal.take() };
  }

  #warn(data: Map<string, FileRecord>): void {
    const { entries, bytes } = sizeOf(data);
    if (this.#warned || (entries <= SAFE_SIZE.entries && bytes <= SAFE_SIZE.bytes)) return;
    this.#warned = true;
    this.#onWarning?.(
      `The cache file ${this.#file} has ${count.format(entries)} records and ${megabytes(bytes)}, more than ` +
        `keyv-file is made for (${count.format(SAFE_SIZE.entries)} records, ${megabytes(SAFE_SIZE.bytes)}): every ` +
        'change writes the whole file again, and reading it holds up the editor. Choose the store "sqlite", or ' +
        'a lower limit for the file level.',
    );
  }
}

const count = new Intl.NumberFormat('en-US');

function megabytes(bytes: number): string {
  return `${(bytes / (1 << 20)).toFixed(1)} MB`;
}

function changeOf({ namespace, key, value, expires = Number.POSITIVE_INFINITY, onlyIf }: Write): Change {
  const name = prefix(namespace) + key;
  const text = value && toText(asBytes(value));
  if (text === undefined || expires <= Date.now()) return { name, record: undefined, onlyIf };
  return {
    name,
    record: Number.isFinite(expires) ? { value: text, expire: expires } : { value: text },
    onlyIf,
  };
}

function isLibrary(library: unknown): library is Library {
  const { _data, save } = library as Partial<Internals>;
  return _data instanceof Map && typeof save === 'function';
}
