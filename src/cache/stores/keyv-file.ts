import type { KeyvStorageAdapter } from 'keyv';
import { KeyvFile } from 'keyv-file';
import { readContent, stateOf } from './keyv-file-content.ts';
import { type FileRecord, isLive, live, prefix, sizeOf, toText } from './keyv-file-record.ts';
import { sweepTemporaries } from './keyv-file-save.ts';
import { fileError, Saver, type Snapshot } from './keyv-file-saver.ts';
import { Unsaved } from './keyv-file-unsaved.ts';
import { asBytes, eachRow, namespaceStore, type Records } from './namespace-store.ts';
import { type FileDatabase, type OnProblem, type Row, type Stored, StoreError, type Write } from './store.ts';

/**
 * Beyond this the user is warned: every save writes the whole file, and the host stands still while
 * it is turned to text, about 1 ms per MB, and as long again when another process has saved. This
 * keeps within the 16 ms it may. 50,000 values of 10 KB exceed the longest string there is.
 */
export const SAFE_SIZE = { entries: 5_000, bytes: 8 << 20 };

const PAGE_ROWS = 256;

export interface KeyvFileOptions {
  /** Path of the JSON file; its folder is created. A `.lock` lies beside it during a save. */
  readonly file: string;
  /** After this a request rejects, ms. */
  readonly timeoutMs?: number;
  /** Writes within this time share one save, ms. */
  readonly delayMs?: number;
  readonly onProblem: OnProblem;
}

/**
 * One JSON file through `keyv-file`, which people can read, copy and commit; for small caches. It
 * is read whole at the first request. A promise of a write resolves when the write is on the disk,
 * one save later: it survives a killed process and a power cut. It is read back
 * in the meantime; when the save fails it is taken back, as if it had not been asked for. Processes
 * that share the file merge when they save; one sees the other's writes at its own next save.
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
  readonly #saver: Saver;
  /** The file as it was when this process last read or wrote it. */
  #state: string | undefined;
  #opened: { readonly library: Library; readonly unsaved: Unsaved } | undefined;
  #closed = false;
  #warned = false;

  constructor({ file, timeoutMs = 10_000, delayMs = 100, onProblem }: KeyvFileOptions) {
    this.#file = file;
    this.#onProblem = onProblem;
    this.#saver = new Saver({
      file,
      timeoutMs,
      delayMs,
      content: () => this.#content(),
      saved: ({ turn }) => {
        this.#state = stateOf(file);
        this.#open().unsaved.saved(turn);
      },
      failed: (snapshot) => {
        const { unsaved } = this.#open();
        unsaved.failed(snapshot?.turn ?? unsaved.take());
      },
    });
  }

  store(namespace: string): KeyvStorageAdapter {
    return namespaceStore(this, namespace);
  }

  async commit(writes: readonly Write[]): Promise<void> {
    await this.write(writes);
  }

  async write(writes: readonly Write[]): Promise<boolean[]> {
    const { library, unsaved } = this.#request();
    const changes = writes.map(({ namespace, key, value, expires = Number.POSITIVE_INFINITY }) => ({
      name: prefix(namespace) + key,
      text: value && toText(asBytes(value)),
      ttl: Number.isFinite(expires) ? expires - Date.now() : undefined,
    }));
    // All in one turn of the event loop, so that one save holds all of them or none.
    const done = changes.map(({ name, text, ttl }) => {
      const was = isLive(library._data.get(name));
      unsaved.change(name);
      const keep = text !== undefined && (ttl === undefined || ttl > 0);
      void (keep ? library.set(name, text, ttl) : library.delete(name)); // in memory at once
      return text !== undefined || was;
    });
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

  async page(namespace: string, after: string | undefined): Promise<(readonly [string, Stored])[]> {
    const { _data } = this.#request().library;
    const start = prefix(namespace);
    const from = after === undefined ? undefined : start + after;
    const names = [..._data.keys()].filter(
      (name) => name.startsWith(start) && (from === undefined || name > from),
    );
    const page: (readonly [string, Stored])[] = [];
    for (const name of names.sort()) {
      const stored = live(_data.get(name));
      if (stored) page.push([name.slice(start.length), stored]);
      if (page.length === PAGE_ROWS) break;
    }
    return page;
  }

  each(namespace: string, onChunk: (rows: readonly Row[]) => void): Promise<void> {
    return eachRow(this, namespace, onChunk);
  }

  async size(): Promise<{ entries: number; bytes: number }> {
    return sizeOf(this.#request().library._data);
  }

  async clear(namespace: string): Promise<void> {
    const { library, unsaved } = this.#request();
    const start = prefix(namespace);
    unsaved.clear(start);
    for (const name of [...library._data.keys()]) {
      if (!name.startsWith(start)) continue;
      unsaved.change(name);
      void library.delete(name);
    }
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
      this.#opened = { library, unsaved: new Unsaved(library._data) };
    }
    return this.#opened;
  }

  #load(): Library {
    this.#state = stateOf(this.#file);
    const content = readContent(this.#file, this.#onProblem);
    const library: unknown = new KeyvFile({
      filename: this.#file,
      checkFileLock: false, // it would end the extension host on SIGINT
      serialize: JSON.stringify,
      deserialize: () => content, // read and checked above; the library would not notice a torn file
    });
    if (!isLibrary(library)) throw new StoreError('failed', 'This version of keyv-file is not known.');
    library.save = () => {
      void this.#saver.save();
      return Promise.resolve();
    };
    sweepTemporaries(this.#file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') this.#onProblem(fileError(error, this.#file));
    });
    return library;
  }

  #content(): Snapshot {
    const { library, unsaved } = this.#open();
    const { _data, _lastExpire } = library;
    if (stateOf(this.#file) !== this.#state) {
      unsaved.merge(new Map(readContent(this.#file, this.#onProblem)?.cache));
    }
    this.#warn(_data);
    const cache = [..._data].filter(([, record]) => isLive(record));
    const text = JSON.stringify({ cache, lastExpire: _lastExpire });
    return { text, turn: unsaved.take() };
  }

  #warn(data: Map<string, FileRecord>): void {
    const { entries, bytes } = sizeOf(data);
    if (this.#warned || (entries <= SAFE_SIZE.entries && bytes <= SAFE_SIZE.bytes)) return;
    this.#warned = true;
    const message = `The cache has outgrown keyv-file (${entries} entries, ${bytes} bytes): choose the sqlite store.`;
    this.#onProblem(new Error(message));
  }
}

function isLibrary(library: unknown): library is Library {
  const { _data, save } = library as Partial<Internals>;
  return _data instanceof Map && typeof save === 'function';
}
