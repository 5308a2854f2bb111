import { crc32 } from 'node:zlib';
import { inReach, type Variant, withVariant, withVariants } from '../head.ts';
import { Slices } from '../slices.ts';
import type { FileDatabase } from '../stores/store.ts';
import { TooLargeError } from './bounds.ts';
import { HEADS, type Heads, type Revision, VALUES } from './heads.ts';
import { split } from './values.ts';
import type { WriteOrder } from './write-order.ts';

/** Keys removed in one commit. */
const AT_ONCE = 200;
/** Bytes written in one commit: they are copied for the worker, which holds up the thread for about as many ms as MB. */
const MOST_WRITTEN = 8 << 20;

/** A variant as its writer knows it. */
export type NewVariant = Omit<Variant, 'sum' | 'bytes'>;

interface Item {
  readonly key: string;
  readonly variant: NewVariant;
  /** The encoded value. */
  readonly bytes: Uint8Array;
}

export interface Put extends Item {
  /** Asked when it is this write's turn: whether no older variant may stay. */
  readonly alone: () => boolean;
  /** Variants kept of the key, this one counted; {@link USUAL_VARIANTS} when absent. */
  readonly most?: number;
}

export interface WriterOptions {
  readonly database: FileDatabase;
  readonly heads: Heads;
  readonly order: WriteOrder;
  readonly largest: () => number;
  /** What has just been stored. */
  readonly wrote: (keys: readonly string[], bytes: number) => void;
}

/** The writes of a file level, each with the ordering that its docstring in the level promises. */
export class Writer {
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async putMany(puts: readonly Put[]): Promise<void> {
    const largest = this.#options.largest();
    this.#options.order.putting(puts.map(keyOf));
    const parts = split(puts, ({ bytes }) => bytes.length, MOST_WRITTEN);
    await this.#options.order.inParts(parts, keyOf, (part) =>
      this.#add(part, largest, (known, mine) => {
        let head = known;
        for (const { put, variant } of mine) {
          const fits = put.bytes.length <= largest;
          head = fits ? withVariant(head, variant, put.alone(), put.most) : [];
        }
        return head;
      }),
    );
    const refused = puts.filter(({ bytes }) => bytes.length > largest);
    if (refused.length > 0) throw new TooLargeError(refused, largest);
  }

  async swap(
    key: string,
    expected: Variant | undefined,
    variant: NewVariant,
    bytes: Uint8Array,
  ): Promise<boolean> {
    const largest = this.#options.largest();
    if (bytes.length > largest) throw new TooLargeError([{ key, bytes }], largest);
    this.#options.order.putting([key]);
    let swapped = false;
    await this.#options.order.inParts([[{ key, variant, bytes }]], keyOf, (part) =>
      this.#add(part, largest, (known, [mine]) => {
        const [newest] = inReach(known);
        swapped = newest?.id === expected?.id && newest?.sum === expected?.sum;
        return swapped && mine ? withVariant(known, mine.variant, false) : known;
      }),
    );
    return swapped;
  }

  async merge(items: readonly Item[]): Promise<readonly string[]> {
    const largest = this.#options.largest();
    const fitting = items.filter(({ bytes }) => bytes.length <= largest);
    this.#options.order.putting(fitting.map(keyOf));
    const parts = split(fitting, ({ bytes }) => bytes.length, MOST_WRITTEN);
    const added = new Set<string>();
    await this.#options.order.inParts(parts, keyOf, async (part) => {
      const keys = await this.#add(part, largest, (known, mine) =>
        withVariants(
          known,
          mine.map(({ variant }) => variant),
        ),
      );
      for (const key of keys) added.add(key);
    });
    return [...added];
  }

  remove(keys: readonly string[]): Promise<void> {
    const parts: string[][] = [];
    for (let from = 0; from < keys.length; from += AT_ONCE) parts.push(keys.slice(from, from + AT_ONCE));
    return this.#options.order.inParts(
      parts,
      (key) => key,
      (part) => this.#remove(part),
    );
  }

  removeMatching(matches: (key: string) => boolean): Promise<void> {
    const { database, order } = this.#options;
    return order.afterAll(async () => {
      const keys: string[] = [];
      await database.eachKey(HEADS, (rows) => {
        for (const [key] of rows) if (matches(key)) keys.push(key);
      });
      for (let from = 0; from < keys.length; from += AT_ONCE)
        await this.#remove(keys.slice(from, from + AT_ONCE));
    });
  }

  clear(): Promise<void> {
    const { database, order } = this.#options;
    return order.afterAll(() => database.clear(HEADS, VALUES));
  }

  #remove(keys: readonly string[]): Promise<void> {
    return this.#options.heads.revise([...new Set(keys)], () => ({ head: [] }), true);
  }

  /**
   * Brings items into the heads of their keys as `change` says, with the values of those that are in.
   * Resolves to the keys of these.
   */
  async #add<T extends Item>(
    part: readonly T[],
    largest: number,
    change: (known: readonly Variant[], mine: readonly Ready<T>[]) => readonly Variant[],
  ): Promise<readonly string[]> {
    const byKey = await ready(part, largest);
    const stored = new Map<string, number>();
    await this.#options.heads.revise([...byKey.keys()], (key, known): Revision | undefined => {
      const mine = byKey.get(key) ?? [];
      const head = change(known, mine);
      const added = mine.filter(({ variant }) => head.includes(variant));
      stored.delete(key);
      if (added.length === 0) return head.length === known.length ? undefined : { head };
      stored.set(
        key,
        added.reduce((sum, { variant }) => sum + variant.bytes, 0),
      );
      return { head, values: new Map(added.map(({ variant, put }) => [variant.id, put.bytes])) };
    });
    const keys = [...stored.keys()];
    this.#options.wrote(
      keys,
      [...stored.values()].reduce((sum, bytes) => sum + bytes, 0),
    );
    return keys;
  }
}

interface Ready<T> {
  readonly put: T;
  readonly variant: Variant;
}

/** With what the heads say of the values; a value that is too large for them is not read. */
async function ready<T extends Item>(
  part: readonly T[],
  largest: number,
): Promise<ReadonlyMap<string, readonly Ready<T>[]>> {
  const byKey = new Map<string, Ready<T>[]>();
  const slices = new Slices();
  for (const put of part) {
    const { length } = put.bytes;
    const variant = { ...put.variant, bytes: length, sum: length > largest ? 0 : crc32(put.bytes) };
    const mine = byKey.get(put.key);
    if (mine) mine.push({ put, variant });
    else byKey.set(put.key, [{ put, variant }]);
    if (slices.due) await slices.pause();
  }
  return byKey;
}

function keyOf({ key }: Item): string {
  return key;
}
