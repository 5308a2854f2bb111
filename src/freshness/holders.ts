import type { Entry } from '../cache/entry.ts';
import type { Stamp } from './stamp.ts';

export type EntrySet = Set<Entry<Stamp>>;

const NONE: EntrySet = new Set();

/** Entries by what they rest on. */
export class Holders {
  readonly #bySubject = new Map<string, EntrySet>();

  /** True when it is the first one of the subject. */
  add(subject: string, entry: Entry<Stamp>): boolean {
    const entries = this.#bySubject.get(subject);
    if (entries) entries.add(entry);
    else this.#bySubject.set(subject, new Set([entry]));
    return entries === undefined;
  }

  /** True when it was the last one. */
  remove(subject: string, entry: Entry<Stamp>): boolean {
    const entries = this.#bySubject.get(subject);
    if (!entries?.delete(entry) || entries.size > 0) return false;
    this.#bySubject.delete(subject);
    return true;
  }

  of(subject: string): EntrySet {
    return this.#bySubject.get(subject) ?? NONE;
  }

  has(subject: string): boolean {
    return this.#bySubject.has(subject);
  }

  subjects(): IterableIterator<string> {
    return this.#bySubject.keys();
  }
}
