import { LRUCache } from 'lru-cache';
import type { Miss } from '../../cache/guard.ts';

/** Files whose changes are counted, those that changed last. */
const MOST_FILES = 10_000;
/** Entries of which it is remembered which file made them invalid, for those that rest on them. */
const MOST_ENTRIES = 10_000;

interface Changes {
  changes: number;
  invalidated: number;
  /** As the file was when it was noticed last: the entries that one change makes invalid share it. */
  state: string | null | undefined;
}

const NONE: Readonly<Changes> = { changes: 0, invalidated: 0, state: undefined };

/** Which files made entries invalid since the process started, whoever noticed it: a watcher or a read. */
export class FileChanges {
  readonly #files = new LRUCache<string, Changes>({ max: MOST_FILES });
  readonly #byEntry = new LRUCache<string, string>({ max: MOST_ENTRIES });

  left(key: string, { reason, input }: Miss): void {
    if (reason !== 'changed' || !input) return;
    const file = input.on === 'entry' ? this.#byEntry.get(input.name) : input.name;
    if (file === undefined || !FILES.has(input.on)) return;
    const known = this.#files.get(file) ?? { ...NONE };
    // What an entry's value did to those above it belongs to the change that is known already.
    if (input.on !== 'entry' && known.state !== input.state) {
      known.changes++;
      known.state = input.state;
    }
    known.invalidated++;
    this.#files.set(file, known);
    this.#byEntry.set(key, file);
  }

  of(file: string): { readonly changes: number; readonly invalidated: number } {
    return this.#files.peek(file) ?? NONE;
  }
}

/** Dependencies on a file's content, and on an entry that rests on one. */
const FILES = new Set(['content', 'entry']);
