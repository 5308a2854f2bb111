import type { KeyvStorageAdapter } from 'keyv';

/** A record as somebody has read it; without a `value` there was none. */
export interface Condition {
  readonly namespace: string;
  readonly key: string;
  readonly value?: Uint8Array | undefined;
}

/** One change. Without a `value` it deletes the key; `expires` is an absolute time, ms since the epoch. */
export interface Write {
  readonly namespace: string;
  readonly key: string;
  readonly value?: Uint8Array;
  readonly expires?: number | undefined;
  /** The write is left out when that record is another now; writes that share the object share its fate. */
  readonly onlyIf?: Condition;
}

/** What a store returns for a key: the shape in which Keyv hands values over when it serialises nothing. */
export interface Stored {
  readonly value: Uint8Array;
  readonly expires?: number | undefined;
}

export type Row = readonly [key: string, value: Uint8Array];

/** A key and the bytes of its value. */
export type KeyRow = readonly [key: string, bytes: number];

/**
 * A file of records, bytes in and bytes out, shared by all its namespaces. Whatever fails rejects
 * with a {@link StoreError}, within the request's time limit; no method throws synchronously.
 */
export interface FileDatabase {
  readonly kind: 'sqlite' | 'keyv-file';
  /** An adapter for one Keyv: each Keyv needs its own, because it sets its adapter's namespace. */
  store(namespace: string): KeyvStorageAdapter;
  /**
   * All or nothing, in this order, also for a process that is killed meanwhile. Conditions are held
   * against the records before the first write, and nobody comes in between, of whichever process.
   * Resolves to the conditions that did not hold.
   */
  commit(writes: readonly Write[]): Promise<readonly Condition[]>;
  /**
   * Every live record of a namespace, in chunks small enough to be handled between two frames; the
   * next one is read when the last one has been handled.
   */
  each(namespace: string, onChunk: (rows: readonly Row[]) => Promise<void> | void): Promise<void>;
  /** The same without the values. */
  eachKey(namespace: string, onChunk: (rows: readonly KeyRow[]) => Promise<void> | void): Promise<void>;
  /** Where it costs next to nothing beside another request: a few records whose keys begin so, none larger than `most`. */
  startingWith?(namespace: string, start: string, most: number): Promise<readonly Row[]>;
  /** Of one namespace or of all; `bytes` counts the values as they were given, not the file. Costs no scan. */
  size(namespace?: string): Promise<{ entries: number; bytes: number }>;
  /** Removes every record of the namespaces, of all of them at once. */
  clear(...namespaces: string[]): Promise<void>;
  /** Ends what was asked before, then rejects everything with the code `closed`. Never rejects itself. */
  close(): Promise<void>;
}

/** Hears what happened to the file itself: moved aside, unreadable, its worker gone. */
export type OnProblem = (error: Error) => void;

/** Hears, in one sentence for people, what they had better change. */
export type OnWarning = (message: string) => void;

export type StoreErrorCode = 'full' | 'readonly' | 'corrupt' | 'closed' | 'failed';

/** `message` is one sentence for people; `code` is what a caller may decide by. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
