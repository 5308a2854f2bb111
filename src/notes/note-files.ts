import { rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { LRUCache } from 'lru-cache';
import { Slices } from '../cache/slices.ts';
import type { Seen } from '../freshness/dependency.ts';
import { isRacy, isSame } from '../freshness/racy.ts';
import { durably, makeFolder, namesIn, sweep, TEMPORARY, writeDurably } from './durable.ts';
import { fileNameOf } from './file-name.ts';
import { ForgottenNotes } from './forgotten-notes.ts';
import { ForeignFile, readJson } from './json-file.ts';
import { type Limits, LONGEST_PATH, MOST_LIMITS } from './limits.ts';
import { type FoundNote, type Note, storedNote, written } from './note.ts';
import { NotesError } from './notes-error.ts';
import type { ToldOnce } from './told-once.ts';

/** What a file holds at the most beside its text and its paths, bytes. */
const BESIDE = 64 * 1024;
/** Bytes that JSON makes of one. */
const ESCAPED = 6;
/** Whatever the limits are now: a note that was stored under others is one still. */
export const LARGEST_NOTE_FILE =
  ESCAPED * (MOST_LIMITS.textBytes + MOST_LIMITS.files * LONGEST_PATH) + BESIDE;
/** Texts that are kept in memory, in characters. */
const MOST_KEPT = 16 * 1024 * 1024;
const EXTENSION = '.json';
/** Folder of the notes that were forgotten, below that of the notes. */
const FORGOTTEN = 'forgotten';
/** After the name of a file that gave way to a note though it could not be read. */
const UNREADABLE = '.unreadable';

export interface NoteFilesOptions {
  readonly folder: string;
  /** Asked each time. */
  readonly limits: () => Limits;
  readonly told: ToldOnce;
  readonly now: () => number;
}

/** The notes on disk, one file each. Nothing is held to be true that the disk does not say. */
export class NoteFiles {
  readonly #options: NoteFilesOptions;
  readonly #folder: string;
  readonly #forgotten: ForgottenNotes;
  /** By the file's name; good while its stat is the same. */
  readonly #kept = new LRUCache<string, { readonly note: FoundNote; readonly seen: Seen }>({
    maxSize: MOST_KEPT,
    sizeCalculation: ({ note }) => note.text.length + 200 * (note.files.length + 2),
  });
  #swept: Promise<void> | undefined;

  constructor(options: NoteFilesOptions) {
    this.#options = options;
    this.#folder = options.folder;
    const { folder, limits, now } = options;
    this.#forgotten = new ForgottenNotes({
      folder: path.join(folder, FORGOTTEN),
      most: () => limits().forgotten,
      now,
    });
  }

  /** Undefined when there is none, or one that cannot be read, which is told. Rejects with a {@link NotesError}. */
  async read(key: string): Promise<FoundNote | undefined> {
    const name = noteFileName(key);
    try {
      return await this.#read(name);
    } catch (error) {
      this.#options.told.skipped(path.join(this.#folder, name), error);
      if (error instanceof ForeignFile) return undefined;
      throw unread(error);
    }
  }

  /** All that can be read; what cannot be is told. Rejects with a {@link NotesError}. */
  async all(): Promise<FoundNote[]> {
    const notes: FoundNote[] = [];
    const slices = new Slices();
    for (const name of await this.#names()) {
      if (slices.due) await slices.pause();
      const note = await this.#readKept(name).catch((error) => {
        this.#options.told.skipped(path.join(this.#folder, name), error);
      });
      if (note) notes.push(note);
    }
    return notes;
  }

  /**
   * On the disk when it resolves, with the digest of its file; whoever reads finds the whole old note
   * or the whole new one. Rejects with a {@link NotesError}.
   */
  async write(note: Note): Promise<string> {
    await makeFolder(this.#folder);
    this.#swept ??= this.#sweep();
    await this.#swept;
    const name = noteFileName(note.key);
    const names = await this.#names();
    if (names.includes(name)) await this.#saveForeign(name);
    else this.#checkRoom(names.length);
    return writeDurably(path.join(this.#folder, name), written(note));
  }

  /** Puts a note aside, so that it can be restored. False when there is none. Rejects with a {@link NotesError}. */
  forget(key: string): Promise<boolean> {
    return this.#forgotten.put(path.join(this.#folder, noteFileName(key)));
  }

  /** Brings back the note of that key that was forgotten last. Rejects with a {@link NotesError}. */
  async restore(key: string): Promise<FoundNote> {
    this.#checkRoom((await this.#names()).length);
    await this.#forgotten.restore(path.join(this.#folder, noteFileName(key)));
    const note = await this.read(key);
    if (note) return note;
    throw new NotesError('unread', `The note "${key}" is back, but cannot be read any more.`);
  }

  #checkRoom(count: number): void {
    const { notes } = this.#options.limits();
    if (count < notes) return;
    throw new NotesError('full', `There are ${count} notes, ${notes} at the most: forget some first.`);
  }

  /** What is at a note's place and cannot be read may be worth something to a person. */
  async #saveForeign(name: string): Promise<void> {
    const file = path.join(this.#folder, name);
    try {
      await this.#read(name);
    } catch (error) {
      if (!(error instanceof ForeignFile)) throw unread(error);
      this.#options.told.skipped(file, error);
      await durably(() => rename(file, file + UNREADABLE));
    }
  }

  async #readKept(name: string): Promise<FoundNote | undefined> {
    const kept = this.#kept.get(name);
    if (kept) {
      const now = await stat(path.join(this.#folder, name)).catch(() => undefined);
      const same = now?.isFile() && isSame({ ...kept.seen, kind: 'file' }, { ...now, kind: 'file' });
      if (same && !isRacy(kept.seen, Date.now())) return kept.note;
    }
    return this.#read(name);
  }

  async #read(name: string): Promise<FoundNote | undefined> {
    this.#kept.delete(name);
    const file = path.join(this.#folder, name);
    const read = await readJson(file, storedNote, LARGEST_NOTE_FILE);
    if (!read) return undefined;
    const { seen } = read;
    const note = { ...read.value, digest: read.digest };
    if (noteFileName(note.key) !== name)
      throw new ForeignFile(`the note in it has another key, "${note.key}".`);
    this.#kept.set(name, { note, seen });
    return note;
  }

  async #names(): Promise<string[]> {
    const names = await readable(() => namesIn(this.#folder));
    return names.filter((name) => {
      if (name.endsWith(EXTENSION)) return true;
      const ours = name === FORGOTTEN || name.endsWith(TEMPORARY) || name.endsWith(UNREADABLE);
      if (!ours) this.#options.told.skipped(path.join(this.#folder, name), new Error('it is no note.'));
      return false;
    });
  }

  /** Once: a failure is told, and costs no note. */
  async #sweep(): Promise<void> {
    await sweep(this.#folder, Date.now()).catch((error) => this.#options.told.skipped(this.#folder, error));
  }
}

/** Whether there are notes in a folder. Rejects when it cannot be read. */
export async function holdsNotes(folder: string): Promise<boolean> {
  return (await namesIn(folder)).some((name) => name.endsWith(EXTENSION));
}

async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unread(error);
  }
}

function unread(error: unknown): NotesError {
  const { message } = error as Error;
  return new NotesError('unread', `What is stored cannot be read: ${message}`, { cause: error });
}

/** Of the file of a note, in the folder of the notes. */
export function noteFileName(key: string): string {
  return fileNameOf(key) + EXTENSION;
}
