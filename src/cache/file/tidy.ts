import { decodeHead, inReach, type Variant } from '../head.ts';
import { Slices } from '../slices.ts';
import type { FileDatabase, Write } from '../stores/store.ts';
import { HEADS, type Heads, VALUES } from './heads.ts';
import { leastFirst } from './least-first.ts';
import type { WriteOrder } from './write-order.ts';

/** What the level is brought down to when it is beyond a bound, as a part of that. */
const DOWN_TO = 0.9;

/** Keys removed in one commit: on SQLite about 5 ms, which a read that comes meanwhile waits for. */
const AT_ONCE = { sqlite: 50, 'keyv-file': 1000 };

export interface TidyOptions {
  readonly database: FileDatabase;
  readonly heads: Heads;
  readonly order: WriteOrder;
  readonly bounds: () => { readonly maxBytes: number; readonly maxEntries: number };
  readonly now: () => number;
  /** What a key is worth to the caller, who keeps the higher; undefined for a key that he does not know. */
  readonly worth: (key: string) => number | undefined;
  /** The invalidations that may still be undone, asked after their marks were seen; absent, all may. */
  readonly standing: (() => Promise<ReadonlySet<string>>) | undefined;
  readonly signal: AbortSignal;
}

/** A key as it was found, with its variants in reach that have not expired. */
interface Resident {
  readonly key: string;
  readonly bytes: number;
  readonly newest: number;
}

/** The variants of a key that are set aside. */
interface Shelved {
  readonly key: string;
  readonly bytes: number;
  /** Of the first invalidation that set one of them aside; ids follow the clock. */
  readonly since: string;
  /** Nothing of the key is in reach. */
  readonly whole: boolean;
}

/**
 * One round of upkeep: removes what has expired, what was set aside and cannot come back, values that
 * no head names, and while the level is beyond a bound what is set aside, then the least useful keys,
 * first those that the caller does not know, the oldest first.
 * Whatever is written meanwhile stays: every removal is on condition that the head is as it was read.
 */
export class Tidy {
  readonly #options: TidyOptions;
  readonly #slices = new Slices();
  readonly #residents = new Map<string, Resident>();
  readonly #shelved: Shelved[] = [];
  /** The values that heads name, by key. */
  readonly #named = new Map<string, readonly string[]>();
  /** Keys of which nothing is left. */
  readonly removed = new Set<string>();
  /** Of the values removed. */
  bytes = 0;

  constructor(options: TidyOptions) {
    this.#options = options;
  }

  /** Rejects when the store does, or with the signal's reason; what was removed until then is told all the same. */
  async run(): Promise<void> {
    await this.#expire();
    await this.#sweep();
    await this.#evict();
  }

  /** Looks at every head, and takes out what has expired or can never come back. */
  async #expire(): Promise<void> {
    const { database, signal } = this.#options;
    await database.each(HEADS, async (rows) => {
      const heads = rows.map(([key, bytes]) => ({ key, size: bytes.length, variants: readable(bytes) }));
      const over = await this.#over(heads.flatMap(({ variants }) => variants ?? []));
      const alive = (variant: Variant) =>
        this.#alive(variant) && !variant.aside?.some((invalidation) => over.has(invalidation));
      const outdated: string[] = [];
      for (const { key, size, variants } of heads) {
        signal.throwIfAborted();
        const kept = variants?.filter(alive) ?? [];
        if (kept.length === 0 || kept.length !== variants?.length) outdated.push(key);
        if (kept.length > 0) this.#note(key, size, kept);
        if (this.#slices.due) await this.#slices.pause();
      }
      await this.#remove(outdated, (known) => known.filter(alive));
    });
  }

  /** Which of the invalidations that keep these out of reach cannot be undone any more. */
  async #over(variants: readonly Variant[]): Promise<ReadonlySet<string>> {
    const seen = new Set(variants.flatMap(({ aside }) => aside ?? []));
    const standing = seen.size > 0 ? await this.#options.standing?.() : undefined;
    return new Set(standing && [...seen].filter((id) => !standing.has(id)));
  }

  #note(key: string, size: number, kept: readonly Variant[]): void {
    const bytesOf = (some: readonly Variant[]) => some.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#named.set(
      key,
      kept.map(({ id }) => id),
    );
    const reachable = inReach(kept);
    const [newest] = reachable;
    const whole = newest === undefined;
    if (newest) {
      this.#residents.set(key, { key, bytes: size + bytesOf(reachable), newest: newest.createdAt });
    }
    const aside = kept.filter((variant) => variant.aside);
    if (aside.length === 0) return;
    const [since = ''] = aside.flatMap((variant) => variant.aside ?? []).sort();
    this.#shelved.push({ key, bytes: bytesOf(aside) + (whole ? size : 0), since, whole });
  }

  /** Removes values that no head names: an unreadable head had them, or files were merged. */
  async #sweep(): Promise<void> {
    const { database, signal } = this.#options;
    await database.eachKey(VALUES, async (rows) => {
      signal.throwIfAborted();
      const loose = rows.filter(([name]) => {
        const { key, id } = parts(name);
        return this.#named.get(key)?.includes(id) !== true;
      });
      if (loose.length > 0) await this.#removeLoose(loose);
      if (this.#slices.due) await this.#slices.pause();
    });
  }

  async #removeLoose(values: readonly (readonly [name: string, bytes: number])[]): Promise<void> {
    const keys = [...new Set(values.map(([name]) => parts(name).key))];
    const stored = await this.#options.heads.readRaw(keys);
    const byKey = new Map(
      keys.map((key, i) => {
        const value = stored[i];
        const ids = value && readable(value)?.map(({ id }) => id);
        return [key, { ids: ids ?? [], condition: { namespace: HEADS, key, value } }];
      }),
    );
    const loose = values.flatMap(([name, bytes]) => {
      const { key, id } = parts(name);
      const head = byKey.get(key);
      return head && !head.ids.includes(id) ? [{ name, bytes, condition: head.condition }] : [];
    });
    const most = AT_ONCE[this.#options.database.kind];
    for (let from = 0; from < loose.length; from += most) {
      this.#options.signal.throwIfAborted();
      const some = loose.slice(from, from + most);
      const unmet = await this.#options.database.commit(
        some.map(({ name, condition }): Write => ({ namespace: VALUES, key: name, onlyIf: condition })),
      );
      for (const { bytes, condition } of some) if (!unmet.includes(condition)) this.bytes += bytes;
    }
  }

  async #evict(): Promise<void> {
    const { database, worth, signal } = this.#options;
    const limits = this.#options.bounds();
    const [heads, values] = await Promise.all([database.size(HEADS), database.size(VALUES)]);
    let { entries } = heads;
    let bytes = heads.bytes + values.bytes;
    if (entries <= limits.maxEntries && bytes <= limits.maxBytes) return;
    const most = AT_ONCE[database.kind];
    const enough = () => entries <= limits.maxEntries * DOWN_TO && bytes <= limits.maxBytes * DOWN_TO;
    let shelved: string[] = [];
    for (const one of await leastFirst(this.#shelved, (a, b) => (a.since < b.since ? -1 : 1))) {
      if (enough()) break;
      shelved.push(one.key);
      if (one.whole) entries -= 1;
      bytes -= one.bytes;
      if (shelved.length < most) continue;
      await this.#remove(shelved, inReach);
      shelved = [];
    }
    await this.#remove(shelved, inReach);
    const ranked: (Resident & { readonly worth: number })[] = [];
    for (const resident of this.#residents.values()) {
      const known = worth(resident.key) ?? Number.NaN;
      ranked.push({ ...resident, worth: Number.isNaN(known) ? Number.NEGATIVE_INFINITY : known });
      if (this.#slices.due) await this.#slices.pause();
    }
    let some: Resident[] = [];
    for (const resident of await leastFirst(ranked, lessUseful)) {
      if (enough()) break;
      signal.throwIfAborted();
      some.push(resident);
      entries -= 1;
      bytes -= resident.bytes;
      if (some.length === most) {
        await this.#removeResidents(some);
        some = [];
      }
      if (this.#slices.due) await this.#slices.pause();
    }
    await this.#removeResidents(some);
  }

  #removeResidents(residents: readonly Resident[]): Promise<void> {
    const newest = new Map(residents.map((resident) => [resident.key, resident.newest]));
    return this.#remove([...newest.keys()], (known, key) =>
      inReach(known)[0]?.createdAt === newest.get(key) ? [] : known,
    );
  }

  /** Leaves of each key the variants that `keep` says. */
  async #remove(
    keys: readonly string[],
    keep: (known: readonly Variant[], key: string) => readonly Variant[],
  ): Promise<void> {
    const most = AT_ONCE[this.#options.database.kind];
    for (let from = 0; from < keys.length; from += most) {
      this.#options.signal.throwIfAborted();
      const freed = new Map<string, { readonly bytes: number; readonly all: boolean }>();
      const some = keys.slice(from, from + most);
      const revised = this.#options.order.after(some, () =>
        this.#options.heads.revise(some, (key, known) => {
          const head = keep(known, key);
          freed.delete(key);
          if (head.length === known.length && known.length > 0) return undefined;
          const gone = known.filter((variant) => !head.includes(variant));
          freed.set(key, { bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0), all: head.length === 0 });
          return { head };
        }),
      );
      await revised;
      for (const [key, { bytes, all }] of freed) {
        this.bytes += bytes;
        if (all) this.removed.add(key);
      }
    }
  }

  #alive({ expiresAt }: Variant): boolean {
    return expiresAt === 0 || expiresAt > this.#options.now();
  }
}

function lessUseful(a: Resident & { worth: number }, b: Resident & { worth: number }): number {
  return a.worth === b.worth ? a.newest - b.newest : a.worth < b.worth ? -1 : 1;
}

/** Of a value's record; variant ids hold no "#". */
function parts(name: string): { readonly key: string; readonly id: string } {
  const at = name.lastIndexOf('#');
  return { key: name.slice(0, at), id: name.slice(at + 1) };
}

/** Undefined for what is no head of this version, which whoever reads the key is told. */
function readable(bytes: Uint8Array): readonly Variant[] | undefined {
  try {
    return decodeHead(bytes);
  } catch {
    return undefined;
  }
}
