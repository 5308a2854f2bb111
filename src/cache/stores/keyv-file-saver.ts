import { setTimeout as pause } from 'node:timers/promises';
import { withLock } from './keyv-file-lock.ts';
import { replaceFile } from './replace-file.ts';
import { StoreError } from './store.ts';

export interface SaverOptions {
  readonly file: string;
  /** Writes within this time share one save, ms. */
  readonly delayMs: number;
  /** After this a save is given up, ms. */
  readonly timeoutMs: number;
  /** Called under the lock: takes in what others saved, returns what to save now. */
  readonly content: () => Snapshot;
  /** Called under the lock when the text is on the disk. */
  readonly saved: (snapshot: Snapshot) => void;
  /** Called before those who wait are told; without a snapshot when none could be made. */
  readonly failed: (snapshot: Snapshot | undefined) => void;
}

export interface Snapshot {
  readonly text: AsyncIterable<string>;
  /** Numbers the attempts to save. */
  readonly turn: number;
}

/** Those who wait for the next save. */
interface Group {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: StoreError) => void;
}

/**
 * Saves one after the other. Whoever asks during a save waits for the following one, which holds
 * his change: the library gives him the promise of the running one, which does not.
 */
export class Saver {
  readonly #options: SaverOptions;
  readonly #hurry = new AbortController();
  #next: Group | undefined;
  #saving: Promise<void> | undefined;

  constructor(options: SaverOptions) {
    this.#options = options;
  }

  /** Resolves when a save that began after this call is on the disk. Rejects with a StoreError. */
  save(): Promise<void> {
    if (!this.#next) {
      this.#next = newGroup();
      this.#saving ??= this.#run();
    }
    return this.#next.promise;
  }

  /** Saves what waits without further delay; settles when no save is under way. */
  async finish(): Promise<void> {
    this.#hurry.abort();
    await this.#saving;
  }

  async #run(): Promise<void> {
    while (this.#next) {
      const { signal } = this.#hurry;
      await pause(this.#options.delayMs, undefined, { signal }).catch(() => {}); // hurried: not an error
      await this.#saveOnce();
    }
    this.#saving = undefined;
  }

  async #saveOnce(): Promise<void> {
    const { file, timeoutMs } = this.#options;
    let group: Group | undefined;
    let snapshot: Snapshot | undefined;
    const take = () => {
      group = this.#next;
      this.#next = undefined;
    };
    const work = withLock(file, timeoutMs / 2, async () => {
      snapshot = this.#options.content();
      take();
      await replaceFile(file, snapshot.text, 0o600);
      this.#options.saved(snapshot);
    });
    try {
      await within(work, timeoutMs, file);
      group?.resolve();
    } catch (error) {
      if (!snapshot) take();
      this.#options.failed(snapshot);
      group?.reject(fileError(error, file));
    }
  }
}

function newGroup(): Group {
  let resolve = () => {};
  let reject: (error: StoreError) => void = () => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => {}); // the library's removal of an expired record waits for nobody
  return { promise, resolve, reject };
}

async function within(work: Promise<void>, ms: number, file: string): Promise<void> {
  const stop = new AbortController();
  const late = pause(ms, undefined, { signal: stop.signal }).then(() => {
    throw new StoreError('failed', `The cache file ${file} could not be saved within ${ms} ms.`);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    stop.abort();
    late.catch(() => {}); // aborted, because the work came first
  }
}

/** Says in one sentence why a file could not be read or saved. */
export function fileError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  const cause = { cause: error };
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StoreError('full', `The disk with the cache file ${file} is full.`, cause);
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new StoreError('readonly', `The cache file ${file} cannot be written.`, cause);
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new StoreError('failed', `The cache file ${file} failed: ${detail}.`, cause);
}
