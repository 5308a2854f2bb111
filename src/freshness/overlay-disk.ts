import type { FileId } from './context.ts';
import type { DirectoryEntry, Disk, Stat } from './disk.ts';

interface Edited {
  /** Of all edits so far, which one this is: two states of a text never have the same. */
  readonly edit: number;
  readonly text: () => string;
}

/** Texts over files at the most; further ones are not taken. */
const MOST_TEXTS = 10_000;

/**
 * A file system in which some files have another text than on the disk: that of editors which are
 * not saved. Names of folders are the disk's.
 */
export class OverlayDisk implements Disk {
  readonly #disk: Disk;
  readonly #edited = new Map<FileId, Edited>();
  #edits = 0;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** The file has this text until it is set again or {@link remove}d; to be called after every edit. */
  set(path: FileId, text: () => string): void {
    if (this.#edited.size >= MOST_TEXTS && !this.#edited.has(path)) return;
    this.#edited.set(path, { edit: ++this.#edits, text });
  }

  /** The file is as it is on the disk. */
  remove(path: FileId): void {
    this.#edited.delete(path);
  }

  stat(path: FileId): Stat | undefined {
    const edited = this.#edited.get(path);
    const stat = this.#disk.stat(path);
    // A folder that took the file's place stays one.
    if (!edited || stat?.kind === 'folder') return stat;
    // Long ago as times go: a stamp that nothing else will have needs no benefit of the doubt.
    return { kind: 'file', mtimeMs: 0, ctimeMs: edited.edit, size: 0, ino: -1 };
  }

  async read(path: FileId): Promise<Uint8Array> {
    const edited = this.#edited.get(path);
    return edited ? Buffer.from(edited.text()) : this.#disk.read(path);
  }

  async *chunks(path: FileId): AsyncIterable<Uint8Array> {
    const edited = this.#edited.get(path);
    if (edited) yield Buffer.from(edited.text());
    else yield* this.#disk.chunks(path);
  }

  leadsOut(path: FileId): boolean {
    return this.#disk.leadsOut(path);
  }

  names(folder: FileId): Promise<string[]> {
    return this.#disk.names(folder);
  }

  entries(folder: FileId): Promise<readonly DirectoryEntry[]> {
    return this.#disk.entries(folder);
  }
}
