import type { Entry } from './entry.ts';
import type { Taken, Undoable } from './file/aside.ts';

/** Keys of which it is remembered that the shared level had them. */
const MOST_OFFERED = 10_000;

export interface WithdrawalOptions {
  readonly id: string;
  /** See {@link Undoable.recorded}. */
  readonly recorded: Promise<boolean>;
  /**
   * Whether nothing but setting them aside keeps entries out of reach: then it is done also to what
   * an earlier invalidation has set aside. Else their stamps tell.
   */
  readonly deep: boolean;
}

/** One invalidation that can be undone, and what it has set aside so far. */
export class Withdrawal<S> implements Undoable {
  readonly id: string;
  readonly recorded: Promise<boolean>;
  readonly deep: boolean;
  /** The keys for which there is room. Absent, there is for all. */
  only: ReadonlySet<string> | undefined;
  /** Those that the file level has set aside. */
  readonly keys = new Set<string>();
  /** Of their values. */
  bytes = 0;
  /** How many keys it keeps out of reach that earlier ones have set aside, beside its own. */
  again = 0;
  /** Those that the shared level had: undoing offers them to it again. */
  readonly shared = new Set<string>();

  constructor({ id, recorded, deep }: WithdrawalOptions) {
    this.id = id;
    this.recorded = recorded;
    this.deep = deep;
  }

  takes(key: string): boolean {
    return this.only?.has(key) !== false;
  }

  hit(entry: Entry<S>): void {
    if (entry.inShared && this.shared.size < MOST_OFFERED) this.shared.add(entry.key);
  }

  add({ keys, bytes, again }: Taken): void {
    for (const key of keys) this.keys.add(key);
    this.bytes += bytes;
    this.again += again;
  }
}
