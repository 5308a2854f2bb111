import { link, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { durably, isAbsent, makeFolder, namesIn, syncFolder } from './durable.ts';
import { NotesError } from './notes-error.ts';

/** When it was forgotten, ms since the epoch, and the name of its file. */
const NAMED = /^(\d+)-(.+)$/s;

export interface ForgottenOptions {
  readonly folder: string;
  /** So many can be restored; the oldest beyond it are gone. */
  readonly most: () => number;
  readonly now: () => number;
}

/** Files of notes that were forgotten, put aside so that they can be restored. */
export class ForgottenNotes {
  readonly #options: ForgottenOptions;

  constructor(options: ForgottenOptions) {
    this.#options = options;
  }

  /** False when there is no such file. Rejects with a {@link NotesError}. */
  async put(file: string): Promise<boolean> {
    const { folder, now } = this.#options;
    await makeFolder(folder);
    return durably(async () => {
      try {
        await rename(file, path.join(folder, `${now()}-${path.basename(file)}`));
      } catch (error) {
        if (isAbsent(error)) return false;
        throw error;
      }
      // Where it is now first: a power failure in between leaves two rather than none.
      await syncFolder(folder);
      await syncFolder(path.dirname(file));
      await this.#dropOldest();
      return true;
    });
  }

  /** Brings the file back that was put aside last. Rejects with a {@link NotesError}: none was, or there is another one. */
  async restore(file: string): Promise<void> {
    const { folder, most } = this.#options;
    const name = path.basename(file);
    await durably(async () => {
      const last = (await this.#names()).findLast((one) => NAMED.exec(one)?.[2] === name);
      if (last === undefined) {
        throw new NotesError(
          'unknown',
          `This note cannot be restored: only the last ${most()} forgotten ones can.`,
        );
      }
      await moveBack(path.join(folder, last), file);
      await syncFolder(path.dirname(file));
      await syncFolder(folder);
    });
  }

  /** The oldest first. */
  async #names(): Promise<string[]> {
    const at = (name: string) => Number(NAMED.exec(name)?.[1]);
    const names = await namesIn(this.#options.folder);
    return names.filter((name) => NAMED.test(name)).sort((a, b) => at(a) - at(b));
  }

  async #dropOldest(): Promise<void> {
    const names = await this.#names();
    const extra = names.slice(0, Math.max(0, names.length - this.#options.most()));
    for (const name of extra) await rm(path.join(this.#options.folder, name), { force: true });
  }
}

/** Replaces nothing. */
async function moveBack(aside: string, file: string): Promise<void> {
  try {
    await link(aside, file);
    await rm(aside, { force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw taken();
    // A file system without links, such as FAT's.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    if (await stat(file).catch(() => undefined)) throw taken();
    await rename(aside, file);
  }
}

function taken(): NotesError {
  return new NotesError('taken', 'There is a note of this key again: forget that one first.');
}
