import { randomUUID } from 'node:crypto';
import { inOrder, type StoredUndo, type UndoRecord } from './undo-record.ts';
import type { UndoStore } from './undo-store.ts';

/** What can be undone in all: older ones turn over, the last one always stays. */
export interface UndoLimits {
  readonly undos: number;
  /** Keys that can come back. */
  readonly entries: number;
  readonly bytes: number;
  readonly ageMs: number;
}

export const DEFAULT_UNDO_LIMITS: UndoLimits = {
  undos: 20,
  entries: 100_000,
  bytes: 256 << 20,
  ageMs: 24 * 60 * 60 * 1000,
};

/** Of the file level's bound, at the most. */
const PART_OF_FILE = 1 / 4;

/** There is nothing to undo under this id: it is unknown, was undone, or has turned over. */
export class UndoError extends Error {
  override readonly name = 'UndoError';
}

export interface UndoLogOptions {
  /** Absent, the log ends with the process. */
  readonly store: UndoStore | undefined;
  /** Of the file level; undefined when there is none. */
  readonly fileBytes: () => number | undefined;
  /** Asked each time. */
  readonly limits: () => UndoLimits;
  readonly now: () => number;
  readonly problem: (error: Error) => void;
  /** Hears which can still be undone whenever one has turned over. */
  readonly turnedOver: (standing: ReadonlySet<string>) => void;
}

/** The invalidations that can be undone, in the order in which they were made. */
export class UndoLog {
  readonly #options: UndoLogOptions;
  /** Oldest first. */
  #records: StoredUndo[] = [];
  /** Under way here, to be made or to be undone. */
  readonly #busy = new Set<string>();
  #begun = 0;
  #storing: Promise<unknown> = Promise.resolve();

  constructor(options: UndoLogOptions) {
    this.#options = options;
  }

  get limits(): UndoLimits {
    const bytes = (this.#options.fileBytes() ?? Number.POSITIVE_INFINITY) * PART_OF_FILE;
    const limits = this.#options.limits();
    return { ...limits, bytes: Math.min(limits.bytes, bytes) };
  }

  /** Newest first, as far as this process knows. */
  get list(): readonly UndoRecord[] {
    const since = this.#options.now() - this.limits.ageMs;
    return this.#records
      .filter(({ at }) => at >= since)
      .map(({ bumps: _, keys: __, names: ___, undoing: ____, ...record }) => record)
      .reverse();
  }

  /** The id of the one that has it, or that made the generation of that moment, as long as it can be undone. */
  standingId(id: string | undefined, moment: number | undefined): string | undefined {
    const since = this.#options.now() - this.limits.ageMs;
    return this.#records.find(
      (one) => one.at >= since && (one.id === id || one.bumps.some((bump) => bump.at === moment)),
    )?.id;
  }

  /** Names one that is about to be made; ids follow the clock, and differ between processes. */
  begin(): string {
    const time = this.#options.now().toString(36).padStart(9, '0');
    const count = (this.#begun++ % 36 ** 4).toString(36).padStart(4, '0');
    const id = `${time}-${count}-${randomUUID().slice(-12)}`;
    this.#busy.add(id);
    return id;
  }

  /** Remembers it before anything is set aside; false when that fails. */
  async record(record: StoredUndo): Promise<boolean> {
    try {
      await this.#store((store) => store.save(record));
      return true;
    } catch (error) {
      this.#options.problem(error as Error);
      return false;
    }
  }

  /** It was made, and can be undone from now on; settles later for other processes. */
  add(record: StoredUndo): void {
    this.#busy.delete(record.id);
    this.#records.push(record);
    void this.#quietly(async (store) => {
      await store.save(record);
      await this.#refresh(store);
    });
    this.#trim();
  }

  /** Those of which one of these names may cover what they have set aside. */
  under(names: readonly string[]): readonly StoredUndo[] {
    if (names.length === 0) return [];
    return this.#records.filter((record) => record.names?.some((name) => names.includes(name)) !== false);
  }

  /** The last one, when nothing can come back by undoing it alone. */
  get lastEmpty(): StoredUndo | undefined {
    const last = this.#records.at(-1);
    return last?.undoable === 0 ? last : undefined;
  }

  /** It was not made, or nothing of it can come back, or another one stands for it. */
  forget(id: string): void {
    this.#records = this.#records.filter((record) => record.id !== id);
    this.#busy.add(id); // so that it is not taken over again before it is removed
    void this.#quietly((store) => store.remove([id])).then(() => this.#busy.delete(id));
  }

  /** Takes over what other processes have written. Resolves to those whose undoing was interrupted. */
  async load(): Promise<readonly StoredUndo[]> {
    await this.#store((store) => this.#refresh(store));
    this.#trim();
    return this.#records.filter(({ undoing }) => undoing);
  }

  /** The one that is to be undone, the last one without an id. Rejects with an {@link UndoError}, or when the store fails. */
  async claim(id?: string): Promise<StoredUndo> {
    await this.#store((store) => this.#refresh(store));
    this.#trim();
    const record = id === undefined ? this.#records.at(-1) : this.#records.find((one) => one.id === id);
    if (!record) {
      throw new UndoError(
        id === undefined
          ? 'There is no invalidation to undo.'
          : `The invalidation ${id} cannot be undone: it is unknown, was undone already, or newer ones have taken its place.`,
      );
    }
    this.#records = this.#records.filter((one) => one !== record);
    this.#busy.add(record.id);
    try {
      await this.#store((store) => store.save({ ...record, undoing: true }));
    } catch (error) {
      this.release(record);
      throw error;
    }
    return record;
  }

  /** It could not be undone, and can be tried again. */
  release(record: StoredUndo): void {
    this.#busy.delete(record.id);
    this.#records.push(record);
    this.#records.sort(inOrder);
  }

  /** It is undone. Rejects when the store fails. */
  async done(id: string): Promise<void> {
    await this.#store((store) => store.remove([id]));
    this.#busy.delete(id);
  }

  /** Those that may still be undone, here or by another process. Rejects when the store fails. */
  async standing(): Promise<ReadonlySet<string>> {
    await this.#store((store) => this.#refresh(store));
    return this.#standing;
  }

  /** Settles when other processes can see what this one knows. */
  async settled(): Promise<void> {
    await this.#storing;
  }

  get #standing(): Set<string> {
    return new Set([...this.#records.map(({ id }) => id), ...this.#busy]);
  }

  async #refresh(store: UndoStore): Promise<void> {
    const stored = await store.all();
    this.#records = stored.filter(({ id }) => !this.#busy.has(id));
  }

  #trim(): void {
    const { undos, entries, bytes, ageMs } = this.limits;
    const since = this.#options.now() - ageMs;
    const total = { undos: 0, entries: 0, bytes: 0 };
    const over = this.#records.toReversed().filter(({ at, undoable, bytes: size }, i) => {
      total.undos++;
      total.entries += undoable;
      total.bytes += size;
      const fits = total.undos <= undos && total.entries <= entries && total.bytes <= bytes;
      return at < since || (i > 0 && !fits);
    });
    if (over.length === 0) return;
    this.#records = this.#records.filter((record) => !over.includes(record));
    this.#options.turnedOver(this.#standing);
    void this.#quietly((store) => store.remove(over.map(({ id }) => id)));
  }

  /** One after the other: what was asked for later must not be overtaken. */
  #store<T>(work: (store: UndoStore) => Promise<T>): Promise<T | undefined> {
    const { store } = this.#options;
    if (!store) return Promise.resolve(undefined);
    const next = this.#storing.then(() => work(store));
    this.#storing = next.catch(() => {}); // whoever asked hears
    return next;
  }

  async #quietly(work: (store: UndoStore) => Promise<unknown>): Promise<void> {
    try {
      await this.#store(work);
    } catch (error) {
      this.#options.problem(error as Error);
    }
  }
}
