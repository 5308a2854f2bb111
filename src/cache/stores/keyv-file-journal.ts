import { type FileRecord, isLive, prefix, toText } from './keyv-file-record.ts';
import { asBytes } from './namespace-store.ts';
import type { Condition } from './store.ts';

type Records = Map<string, FileRecord>;

/** What becomes of a record, by its full name; without a record it is removed. */
export interface Change {
  readonly name: string;
  readonly record: FileRecord | undefined;
  readonly onlyIf?: Condition | undefined;
}

/** Changes that are made together. */
interface Batch {
  readonly changes: readonly Change[];
  /** Prefix of a cleared namespace. */
  readonly cleared?: string;
  /** The attempt that is to save it. */
  readonly turn: number;
  /** What was there before, by full name. */
  readonly undo: Map<string, FileRecord | undefined>;
  /** The conditions that did not hold when the batch was last made. */
  readonly unmet: Set<Condition>;
}

/**
 * What was changed in memory and is not in the file yet, in order: made again upon what another
 * process has saved meanwhile, with the conditions held against that, and taken back when it cannot
 * be saved, so that a rejected write did not happen.
 */
export class Journal {
  readonly #records: Records;
  readonly #put: (name: string, record: FileRecord | undefined) => void;
  #batches: Batch[] = [];
  #turn = 0;

  /** `put` sets or removes one of the records. */
  constructor(records: Records, put: (name: string, record: FileRecord | undefined) => void) {
    this.#records = records;
    this.#put = put;
  }

  /** Makes the changes in memory. The result is final when they are saved. */
  write(changes: readonly Change[]): { readonly unmet: ReadonlySet<Condition>; readonly changed: boolean } {
    const batch: Batch = { changes, turn: this.#turn, undo: new Map(), unmet: new Set() };
    this.#make(batch);
    const changed = batch.undo.size > 0;
    if (changed) this.#batches.push(batch);
    return { unmet: batch.unmet, changed };
  }

  /** Removes also the records below this prefix that only the file has. */
  clear(cleared: string): void {
    const batch: Batch = { changes: [], cleared, turn: this.#turn, undo: new Map(), unmet: new Set() };
    this.#make(batch);
    this.#batches.push(batch);
  }

  /** What is changed from now on belongs to the next attempt. Returns this one's number. */
  take(): number {
    return this.#turn++;
  }

  saved(turn: number): void {
    this.#batches = this.#batches.filter((batch) => batch.turn > turn);
  }

  failed(turn: number): void {
    for (const { undo } of this.#batches.toReversed()) for (const [name, was] of undo) this.#put(name, was);
    this.saved(turn);
    for (const batch of this.#batches) this.#make(batch);
  }

  /** Replaces the records by those that another process has saved, and makes the changes upon them. */
  merge(theirs: ReadonlyMap<string, FileRecord>): void {
    this.#records.clear();
    for (const [name, record] of theirs) this.#records.set(name, record);
    for (const batch of this.#batches) this.#make(batch);
  }

  #make({ changes, cleared, undo, unmet }: Batch): void {
    undo.clear();
    unmet.clear();
    for (const { onlyIf } of changes) if (onlyIf && !this.#holds(onlyIf)) unmet.add(onlyIf);
    if (cleared !== undefined) {
      for (const name of [...this.#records.keys()])
        if (name.startsWith(cleared)) this.#change(name, undefined, undo);
    }
    for (const { name, record, onlyIf } of changes) {
      if (!onlyIf || !unmet.has(onlyIf)) this.#change(name, record, undo);
    }
  }

  #change(name: string, record: FileRecord | undefined, undo: Batch['undo']): void {
    if (!undo.has(name)) undo.set(name, this.#records.get(name));
    this.#put(name, record);
  }

  #holds({ namespace, key, value }: Condition): boolean {
    const record = this.#records.get(prefix(namespace) + key);
    if (value === undefined) return !isLive(record);
    return isLive(record) && record.value === toText(asBytes(value));
  }
}
