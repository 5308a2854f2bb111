import type { Entry } from './entry.ts';

export const MISS_REASONS = [
  'never-cached',
  'expired',
  'evicted',
  'invalidated',
  'changed',
  'version',
  'failed',
  'bypassed',
] as const;
export type MissReason = (typeof MISS_REASONS)[number];

/** Why a value could not be served; `detail` names the input, the cause or the level. */
export interface Miss {
  readonly reason: MissReason;
  readonly detail?: string;
  /** When it happened: expired, evicted, invalidated, or noticed that it changed; ms since the epoch. */
  readonly since?: number;
  /** The invalidation that did it, by the id under which it can be undone while the undo buffer has it. */
  readonly undo?: string;
  /** The input that is not as it was. */
  readonly input?: ChangedInput;
}

/** An input in the guard's own terms, with its state when the change was noticed. */
interface ChangedInput {
  readonly on: string;
  readonly name: string;
  readonly state: string | null;
}

export const NEVER_CACHED: Miss = { reason: 'never-cached' };

/** A synchronous check could not tell: {@link Guard.verify} can. */
export const UNSURE: Miss = { reason: 'changed', detail: 'not verified yet' };

/** The name of the state of no inputs at all, see {@link Guard.variant}. */
export const NO_INPUTS = '0';

/**
 * What the cache asks before it serves or stores a value. The cache itself knows nothing of files,
 * tags or agents; a stamp is the guard's own.
 */
export interface Guard<S> {
  /** Undefined when the stamp holds now; must not block for more than a few file stats. */
  check(stamp: S): Miss | undefined;
  /**
   * The same with all the time it needs; undefined when the stamp, one of this key, holds at some
   * moment after the call. Once aborted it gives up: the miss then says nothing of the stamp.
   */
  verify(stamp: S, key: string, signal?: AbortSignal): Promise<Miss | undefined>;
  /**
   * The same for several stamps of one key, given one after the other: what is found for one of them
   * counts for the next.
   */
  verifier(key: string, signal?: AbortSignal): (stamp: S) => Promise<Miss | undefined>;
  /** In one look, for who rests on the value and is verified itself: the inputs may have been seen at different moments. */
  verifyOnce(stamp: S, key: string, signal?: AbortSignal): Promise<Miss | undefined>;
  /** The same for a result that another computation asked for: what rests on entries, the one above verifies. */
  verifyOwn(stamp: S, key: string): Promise<Miss | undefined>;
  /** Whether {@link verify} looks at inputs only, and computes nothing. */
  isPlain(stamp: S): boolean;
  /** Names the state of the inputs: equal states of one key have equal names; {@link NO_INPUTS} when there are none. */
  variant(stamp: S): string;
  /** For storing. What `revive` gets back has been through a checksum, not through a schema. */
  dump(stamp: S): unknown;
  /** What was dumped, less what means something on this machine only. */
  portable(dumped: unknown): unknown;
  /**
   * Undefined when the data is not a stamp that this version can judge. A stamp from another machine
   * was dumped there: it is taken to have begun at `moment`.
   */
  revive(dumped: unknown, moment?: number): S | undefined;
  /** Place in the sequence of invalidations, now. */
  moment(): number;
  /** The names under which it can be invalidated; undefined when they are too many to be written down. */
  names(stamp: S): readonly string[] | undefined;
}

/** What the cache tells about itself as it happens; a hit in memory is told of sampled entries alone. */
export interface Observer<S> {
  /** The entry is now served from some level. */
  entered(entry: Entry<S>): void;
  /** The entry is served from no level any more, and why. */
  left(entry: Entry<S>, miss: Miss): void;
  /** A read was answered by an entry that is `sampled`: on the way of the hit, so it has to be quick. */
  sampled?(entry: Entry<S>): void;
  missed(key: string, miss: Miss): void;
  computed(key: string, ms: number): void;
  /** A level below memory has answered, whatever it had. */
  levelRead?(level: 'file' | 'shared', ms: number): void;
  /** A level, a record or a producer failed; the caller was served all the same. */
  problem(where: string, error: Error): void;
}
