import type { Stored, StoreErrorCode } from './store.ts';

/** `value` null deletes; `expires` null never expires, otherwise a whole number of ms. */
export interface WriteRow {
  readonly namespace: string;
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly expires: number | null;
}

/** What the main thread asks of the worker, with what each answer holds. */
export interface Operations {
  get: { ask: { namespace: string; keys: readonly string[] }; answer: (Stored | undefined)[] };
  has: { ask: { namespace: string; keys: readonly string[] }; answer: boolean[] };
  write: { ask: { rows: readonly WriteRow[] }; answer: boolean[] };
  page: { ask: { namespace: string; after: string | undefined }; answer: [string, Stored][] };
  size: { ask: object; answer: { entries: number; bytes: number } };
  clear: { ask: { namespace: string }; answer: boolean };
  close: { ask: object; answer: boolean };
}

export type Operation = keyof Operations;

export type Ask<O extends Operation = Operation> = { [P in O]: { op: P } & Operations[P]['ask'] }[O];

export type Request = Ask & { readonly id: number };

export interface Failure {
  readonly code: StoreErrorCode;
  readonly message: string;
}

export type Answer = { readonly id: number } & ({ readonly value: unknown } | { readonly error: Failure });

export type FromWorker = { readonly answers: readonly Answer[] } | { readonly problem: Failure };

export interface WorkerOptions {
  readonly file: string;
  /** ms to wait for another process that is writing. */
  readonly busyMs: number;
  /** A database in another format is replaced only by the first worker of a database object. */
  readonly mayReplace: boolean;
}
