import type { KeyRow, Stored, StoreErrorCode } from './store.ts';

/**
 * `value` null deletes; `expires` null never expires, otherwise a whole number of ms; `onlyIf` is
 * the index of a condition.
 */
export interface WriteRow {
  readonly namespace: string;
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly expires: number | null;
  readonly onlyIf: number | null;
}

/** `value` null: there must be no such record. */
export interface ConditionRow {
  readonly namespace: string;
  readonly key: string;
  readonly value: Uint8Array | null;
}

interface Written {
  /** Per row: whether it is now stored, or for a deletion whether there was a live record. */
  readonly done: readonly boolean[];
  /** Indexes of the conditions that did not hold. */
  readonly unmet: readonly number[];
}

/** What the main thread asks of the worker, with what each answer holds. */
export interface Operations {
  get: { ask: { namespace: string; keys: readonly string[] }; answer: (Stored | undefined)[] };
  has: { ask: { namespace: string; keys: readonly string[] }; answer: boolean[] };
  write: { ask: { rows: readonly WriteRow[]; conditions: readonly ConditionRow[] }; answer: Written };
  page: { ask: { namespace: string; after: string | undefined }; answer: [string, Stored][] };
  range: { ask: { namespace: string; from: string; to: string; most: number }; answer: [string, Stored][] };
  keys: { ask: { namespace: string; after: string | undefined }; answer: KeyRow[] };
  size: { ask: { namespace: string | undefined }; answer: { entries: number; bytes: number } };
  clear: { ask: { namespaces: readonly string[] }; answer: boolean };
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
