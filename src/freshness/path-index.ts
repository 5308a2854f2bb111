import type { Entry } from '../cache/entry.ts';
import type { FileId } from './context.ts';
import { type EntrySet, Holders } from './holders.ts';
import type { Stamp } from './stamp.ts';

/** Entries by the files and folders they rest on. */
export class PathIndex {
  readonly #byPath = new Holders();
  /** Paths with entries by the folder they are in, for events that name only a folder. */
  readonly #byFolder = new Map<FileId, Set<FileId>>();

  add(path: FileId, entry: Entry<Stamp>): void {
    if (this.#byPath.add(path, entry)) this.#link(path);
  }

  remove(path: FileId, entry: Entry<Stamp>): void {
    if (this.#byPath.remove(path, entry)) this.#unlink(path);
  }

  of(path: FileId): EntrySet {
    return this.#byPath.of(path);
  }

  /** Entries on the path, on its folder, on what is or was below it; some more than once. */
  *affectedBy(path: FileId): Generator<Entry<Stamp>> {
    yield* this.#byPath.of(path);
    yield* this.#byPath.of(folderOf(path));
    const below = [path];
    for (let folder = below.pop(); folder !== undefined; folder = below.pop()) {
      for (const child of this.#byFolder.get(folder) ?? []) {
        below.push(child);
        yield* this.#byPath.of(child);
      }
    }
  }

  paths(): IterableIterator<FileId> {
    return this.#byPath.subjects();
  }

  #link(path: FileId): void {
    for (let child = path; child !== ''; child = folderOf(child)) {
      const folder = folderOf(child);
      let children = this.#byFolder.get(folder);
      if (children?.has(child)) return;
      if (!children) {
        children = new Set();
        this.#byFolder.set(folder, children);
      }
      children.add(child);
    }
  }

  #unlink(path: FileId): void {
    for (let child = path; child !== ''; child = folderOf(child)) {
      if (this.#byPath.has(child) || this.#byFolder.has(child)) return;
      const folder = folderOf(child);
      const children = this.#byFolder.get(folder);
      children?.delete(child);
      if (children && children.size > 0) return;
      this.#byFolder.delete(folder);
    }
  }
}

function folderOf(path: FileId): FileId {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
