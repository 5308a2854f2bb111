/** A point in the one sequence of a project's invalidations. */
export interface Position {
  readonly place: number;
  /** Names the sequence itself: another one when the server lost it and it was started anew. */
  readonly line: string;
}

/** An invalidation of everything that has this name and was started before its place in the sequence. */
export interface Bump {
  readonly name: string;
  readonly at: number;
  readonly cause: string;
}

/** All invalidations after the place `from` up to `position`; of a name only its last one. */
export interface Bumps {
  readonly position: Position;
  readonly from: number;
  /** What was started before it counts as stale: which names were invalidated until then is not known any more. */
  readonly floor: number;
  readonly bumps: readonly Bump[];
}

export interface SharedState {
  readonly state: 'connecting' | 'up' | 'down';
  /** One sentence: what is wrong, and what to do about it. */
  readonly problem?: string;
}

export interface SharedWrite {
  readonly key: string;
  readonly value: Uint8Array;
  readonly ttlMs: number;
}

export interface Subscription {
  dispose(): void;
}

/**
 * A server that machines share: records by key, and the sequence of invalidations of one project.
 * Keys are any strings. Nothing waits longer than the request's time limit and nothing is queued for
 * later: what cannot be done now rejects with a {@link SharedStoreError}.
 */
export interface SharedStore {
  readonly kind: 'redis' | 'redis-cluster' | 'memcached';
  /** Bytes of the largest record. */
  readonly largest: number;
  readonly state: SharedState;
  /**
   * In one round trip: the records, and the sequence as it was no later than them. A record whose
   * server cannot be reached is absent when others could; it rejects when none could. Replicas, where
   * they are read from, may be a moment behind: `exact` does without them.
   */
  read(
    keys: readonly string[],
    exact?: boolean,
  ): Promise<{
    readonly records: readonly (Uint8Array | undefined)[];
    readonly position: Position;
  }>;
  write(writes: readonly SharedWrite[]): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
  /** Writes if the record still is `was` (`undefined`: if there is none). */
  swap(write: SharedWrite, was: Uint8Array | undefined): Promise<boolean>;
  /** Gives each name the next place. `known` is the position up to which the caller knows all bumps. */
  bump(bumps: readonly { readonly name: string; readonly cause: string }[], known: Position): Promise<Bumps>;
  /** What was invalidated after a position; everything since the floor when that was in another line. */
  bumpsSince(known: Position): Promise<Bumps>;
  /** Hears of what other instances invalidate, where the server can tell. */
  onBump(listener: (bumps: Bumps) => void): Subscription;
  /** On every change, and with `up` whenever bumps may have gone unheard. */
  onState(listener: (state: SharedState) => void): Subscription;
  /** Never rejects. Everything asked for later does. */
  close(): Promise<void>;
}

export type SharedStoreErrorCode =
  /** Not asked at all: the server does not answer, or is not connected yet. */
  | 'unavailable'
  /** No answer within the time limit, or the connection was lost. */
  | 'lost'
  /** The server answered with an error. */
  | 'refused'
  | 'closed';

/** `message` is one sentence for people, without secrets; `code` is what a caller may decide by. */
export class SharedStoreError extends Error {
  override readonly name = 'SharedStoreError';
  readonly code: SharedStoreErrorCode;

  constructor(code: SharedStoreErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Before anything is known of the sequence. */
export const NOWHERE: Position = { place: 0, line: '' };
