import type { KeyvStorageAdapter } from 'keyv';

/** One change. Without a `value` it deletes the key; `expires` is an absolute time, ms since the epoch. */
export interface Write {
  readonly namespace: string;
  readonly key: string;
  readonly value?: Uint8Array;
  readonly expires?: number | undefined;
}

/** What a store returns for a key: the shape in which Keyv hands values over when it serialises nothing. */
export interface Stored {
  readonly value: Uint8Array;
  readonly expires?: number | undefined;
}

export type Row = readonly [key: string, value: Uint8Array];

/**
 * A file of records, bytes in and bytes out, shared by all its namespaces. Whatever fails rejects
 * with a {@link StoreError}, within the request's time limit; no method throws synchronously.
 */
export interface FileDatabase {
  readonly kind: 'sqlite' | 'keyv-file';
  /** An adapter for one Keyv: each Keyv needs its own, because it sets its adapter's namespace. */
  store(namespace: string): KeyvStorageAdapter;
  /** All or nothing, in this order, also for a process that is killed meanwhile. */
  commit(writes: readonly Write[]): Promise<void>;
  /** Every live record of a namespace, in chunks small enough to be handled between two frames. */
  each(namespace: string, onChunk: (rows: readonly Row[]) => void): Promise<void>;
  /** Over all namespaces; `bytes` counts the values as they were given, not the file. */
  size(): Promise<{ entries: number; bytes: number }>;
  clear(namespace: string): Promise<void>;
  /** Ends what was asked before, then rejects everything with the code `closed`. Never rejects itself. */
  close(): Promise<void>;
}

/** Hears what happened to the file itself: moved aside, unreadable, its worker gone. */
export type OnProblem = (error: Error) => void;

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
