import { bounded, type Variant } from '../head.ts';
import type { FileDatabase } from '../stores/store.ts';
import { HEADS, type Heads } from './heads.ts';
import type { WriteOrder } from './write-order.ts';

/** Keys changed in one commit. */
const AT_ONCE = 200;

/** An invalidation that can be undone. */
export interface Undoable {
  readonly id: string;
  /**
   * Settles when somebody remembers the id, well before anything carries it. False: nobody does, and
   * what would be set aside is removed.
   */
  readonly recorded: Promise<boolean>;
  /** Whether there is room for the key; asked once it is recorded. What is not taken is removed. */
  takes(key: string): boolean;
}

/** What was in reach and is set aside. */
export interface Taken {
  readonly keys: readonly string[];
  /** Of the values. */
  readonly bytes: number;
  /** Keys of which only what others had set aside is set aside for this one too. */
  readonly again: number;
}

/** Keys of whichever process. */
export interface Covered {
  readonly matches: (key: string) => boolean;
  /** Only what was created before this moment, ms since the epoch. */
  readonly createdBefore?: number;
}

export interface AsideOptions {
  readonly database: FileDatabase;
  readonly heads: Heads;
  readonly order: WriteOrder;
  readonly now: () => number;
}

/**
 * Takes variants out of reach, and back: their heads name the invalidations that keep them there,
 * the values stay where they are. What is written to a key meanwhile takes the place of what it
 * replaces, as if that were in reach.
 */
export class Aside {
  readonly #options: AsideOptions;

  constructor(options: AsideOptions) {
    this.#options = options;
  }

  /** The keys as they are now. `deep`: also what other invalidations have set aside before. */
  async setAside(keys: readonly string[], undoable: Undoable, deep: boolean): Promise<Taken> {
    const taken = new Taking();
    await this.#options.order.inParts(
      parts(keys),
      (key) => key,
      (part) => this.#mark(part, undoable, deep, ALWAYS, taken),
    );
    return taken.result;
  }

  /** What is covered as it is now, also what was set aside before; reads and later writes wait for it. */
  setAsideMatching(
    { matches, createdBefore = Number.POSITIVE_INFINITY }: Covered,
    undoable: Undoable,
  ): Promise<Taken> {
    const taken = new Taking();
    return this.#options.order.afterAll(async () => {
      const covers = (createdAt: number) => createdAt < createdBefore;
      await this.#eachPart(matches, (part) => this.#mark(part, undoable, true, covers, taken));
      return taken.result;
    });
  }

  /**
   * Everything but what is put from now on, also what was set aside before. Nobody waits for it: that
   * it cannot be served meanwhile is for others to see to.
   */
  async setAsideAll(undoable: Undoable): Promise<Taken> {
    const { order } = this.#options;
    const taken = new Taking();
    const put = new Set<string>();
    const unwatch = order.watch(put);
    try {
      await order.settled();
      await this.#eachPart(
        (key) => !put.has(key),
        (part) => {
          const left = part.filter((key) => !put.has(key));
          return order.after(left, () => this.#mark(left, undoable, true, ALWAYS, taken));
        },
      );
    } finally {
      unwatch();
    }
    return taken.result;
  }

  /**
   * Takes this invalidation from all that it has set aside, or from these keys. What no other one
   * keeps out of reach, and has not expired, is back; returns the keys.
   */
  async bringBack(id: string, keys?: readonly string[]): Promise<readonly string[]> {
    const { database, heads, order } = this.#options;
    const back = new Set<string>();
    const unmark = (part: readonly string[]) => order.after(part, () => this.#unmark(part, id, back));
    if (keys) {
      for (const part of parts(keys)) await unmark(part);
      return [...back];
    }
    await database.each(HEADS, async (rows) => {
      const marked = rows.flatMap(([key, bytes]) =>
        heads.decode(key, bytes).some(({ aside }) => aside?.includes(id)) ? [key] : [],
      );
      for (const part of parts(marked)) await unmark(part);
    });
    return [...back];
  }

  async #mark(
    keys: readonly string[],
    undoable: Undoable,
    deep: boolean,
    covers: (createdAt: number) => boolean,
    taken: Taking,
  ): Promise<void> {
    const { id } = undoable;
    const recorded = await undoable.recorded;
    const change = (key: string, known: readonly Variant[]) => {
      const kept = recorded && undoable.takes(key);
      const reached: Variant[] = [];
      let covered = 0;
      const head = known.flatMap((variant) => {
        const { aside = [], createdAt } = variant;
        if (!covers(createdAt) || aside.includes(id) || (aside.length > 0 && !deep)) return variant;
        covered++;
        if (aside.length === 0) reached.push(variant);
        return kept ? { ...variant, aside: [...aside, id] } : [];
      });
      if (kept && covered > 0) taken.set(key, reached);
      else taken.delete(key);
      return covered > 0 ? { head: bounded(head) } : undefined;
    };
    await this.#options.heads.revise(keys, change, true);
  }

  #unmark(keys: readonly string[], id: string, back: Set<string>): Promise<void> {
    return this.#options.heads.revise(keys, (key, known) => {
      back.delete(key);
      if (!known.some(({ aside }) => aside?.includes(id))) return undefined;
      const head = known.flatMap((variant) => {
        const { aside, ...rest } = variant;
        if (!aside?.includes(id)) return variant;
        const others = aside.filter((other) => other !== id);
        if (others.length > 0) return { ...rest, aside: others };
        if (rest.expiresAt !== 0 && rest.expiresAt <= this.#options.now()) return [];
        back.add(key);
        return rest;
      });
      return { head: bounded(head) };
    });
  }

  async #eachPart(
    matches: (key: string) => boolean,
    onPart: (keys: readonly string[]) => Promise<void>,
  ): Promise<void> {
    await this.#options.database.eachKey(HEADS, async (rows) => {
      const keys = rows.flatMap(([key]) => (matches(key) ? [key] : []));
      for (const part of parts(keys)) await onPart(part);
    });
  }
}

const ALWAYS = () => true;

function parts(keys: readonly string[]): string[][] {
  const unique = [...new Set(keys)];
  const some: string[][] = [];
  for (let from = 0; from < unique.length; from += AT_ONCE) some.push(unique.slice(from, from + AT_ONCE));
  return some;
}

/** Counts what was taken; a head that has to be changed again is counted once. */
class Taking {
  readonly #byKey = new Map<string, number>();

  set(key: string, reached: readonly Variant[]): void {
    this.#byKey.set(
      key,
      reached.reduce((sum, { bytes }) => sum + bytes, reached.length > 0 ? 0 : NONE_REACHED),
    );
  }

  delete(key: string): void {
    this.#byKey.delete(key);
  }

  get result(): Taken {
    const keys: string[] = [];
    let bytes = 0;
    for (const [key, size] of this.#byKey) {
      if (size === NONE_REACHED) continue;
      keys.push(key);
      bytes += size;
    }
    return { keys, bytes, again: this.#byKey.size - keys.length };
  }
}

const NONE_REACHED = -1;
