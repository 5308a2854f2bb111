import type { FileRecord } from './keyv-file-record.ts';

type Records = Map<string, FileRecord>;

/**
 * The changes in memory that the file does not have yet: what to put over the records of another
 * process, and what to take back when they cannot be saved, so that a rejected write did not happen.
 */
export class Unsaved {
  readonly #records: Records;
  /** By full key: the attempt that is to save it, and what the file has instead. */
  readonly #changed = new Map<string, { turn: number; readonly before: FileRecord | undefined }>();
  /** Prefixes of cleared namespaces. */
  readonly #cleared = new Map<string, number>();
  #turn = 0;

  constructor(records: Records) {
    this.#records = records;
  }

  /** To be called before the record is changed. */
  change(name: string): void {
    const known = this.#changed.get(name);
    if (known) known.turn = this.#turn;
    else this.#changed.set(name, { turn: this.#turn, before: this.#records.get(name) });
  }

  /** Removes also the records below this prefix that only the file has. */
  clear(prefix: string): void {
    this.#cleared.set(prefix, this.#turn);
  }

  /** What is changed from now on belongs to the next attempt. Returns this one's number. */
  take(): number {
    return this.#turn++;
  }

  saved(turn: number): void {
    for (const [name, change] of this.#changed) if (change.turn <= turn) this.#changed.delete(name);
    this.#forgetCleared(turn);
  }

  failed(turn: number): void {
    for (const [name, { turn: changedIn, before }] of this.#changed) {
      if (changedIn > turn) continue;
      this.#changed.delete(name);
      this.#put(name, before);
    }
    this.#forgetCleared(turn);
  }

  /** Replaces the records by those that another process has saved, except for what is changed here. */
  merge(theirs: ReadonlyMap<string, FileRecord>): void {
    const mine = [...this.#changed].map(([name, { turn }]) => ({
      name,
      turn,
      record: this.#records.get(name),
    }));
    const cleared = [...this.#cleared.keys()];
    this.#records.clear();
    for (const [name, record] of theirs) {
      if (!cleared.some((prefix) => name.startsWith(prefix))) this.#records.set(name, record);
    }
    for (const { name, turn, record } of mine) {
      this.#changed.set(name, { turn, before: theirs.get(name) });
      this.#put(name, record);
    }
  }

  #put(name: string, record: FileRecord | undefined): void {
    if (record) this.#records.set(name, record);
    else this.#records.delete(name);
  }

  #forgetCleared(turn: number): void {
    for (const [prefix, clearedIn] of this.#cleared) if (clearedIn <= turn) this.#cleared.delete(prefix);
  }
}
