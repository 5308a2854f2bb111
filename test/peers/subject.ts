import type { ReadGate } from './read-gate.ts';

export interface StoreOptions {
  readonly tag?: string;
  readonly ttlMs?: number;
}

/** A cache under test, by the names we use; each peer's adapter says what they are called there. */
export interface Subject {
  /** Undefined when the key is absent or its entry not served any more. */
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options?: StoreOptions): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  getOrCompute(key: string, compute: () => Promise<string>, options?: StoreOptions): Promise<unknown>;
  invalidateTag(tag: string): Promise<unknown>;
  /** Settles when everything stored has reached the second level. */
  close(): Promise<unknown>;
}

/** What outlives a {@link Subject}: the second level, in the form that the peer wants. */
export interface World {
  /** For peers whose second level is a map in this process. */
  readonly records: Map<string, unknown>;
  /** For ours: the second level is a database in this folder. */
  readonly folder: string;
  /** Every read of the second level passes here. */
  readonly gate: ReadGate;
}

export type FaultName =
  | 'stored after a delete'
  | 'stored after a tag invalidation'
  | 'overwrites a set'
  | 'undoes a delete'
  | 'repeats a failure'
  | 'extends a lifetime'
  | 'forgets an invalidation'
  | 'trusts a clock'
  | 'computes for every caller';

/** A scenario cannot be told in a peer's terms; the message says what it lacks. */
export class Lacking extends Error {
  override readonly name = 'Lacking';
}

/** For what an adapter cannot do. */
export async function lacks(what: string): Promise<never> {
  throw new Lacking(what);
}

export interface Peer {
  readonly name: string;
  /** The npm package; absent for ours. */
  readonly package?: string;
  open(world: World): Subject | Promise<Subject>;
  /** What each scenario shows, where that is not the right thing. */
  readonly shows: Partial<Record<FaultName, string>>;
}
