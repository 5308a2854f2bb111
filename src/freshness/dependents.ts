import type { Entry } from '../cache/entry.ts';
import type { FileId } from './context.ts';
import type { Stamp } from './stamp.ts';

type Entries = Set<Entry<Stamp>>;

/** Which entries rest on which path; finding them costs what is found, however large the cache is. */
export class Dependents {
  readonly #byPath = new Map<FileId, Entries>();
  /** Paths with dependents by the folder they are in, for events that name only a folder. */
  readonly #byFolder = new Map<FileId, Set<FileId>>();

  add(entry: Entry<Stamp>): void {
    for (const { path } of entry.stamp.dependencies) {
      let entries = this.#byPath.get(path);
      if (!entries) {
        entries = new Set();
        this.#byPath.set(path, entries);
        this.#link(path);
      }
      entries.add(entry);
    }
  }

  remove(entry: Entry<Stamp>): void {
    for (const { path } of entry.stamp.dependencies) {
      const entries = this.#byPath.get(path);
      if (!entries?.delete(entry) || entries.size > 0) continue;
      this.#byPath.delete(path);
      this.#unlink(path);
    }
  }

  /** Entries that may have changed with this path: on it, on its folder's names, on what was below it. */
  affectedBy(path: FileId): Entries {
    const found: Entries = new Set(this.#byPath.get(path));
    for (const entry of this.#byPath.get(folderOf(path)) ?? []) found.add(entry);
    const below = [path];
    for (let folder = below.pop(); folder !== undefined; folder = below.pop()) {
      for (const child of this.#byFolder.get(folder) ?? []) {
        below.push(child);
        for (const entry of this.#byPath.get(child) ?? []) found.add(entry);
      }
    }
    return found;
  }

  /** Entries that rest on the content of this file; not those that only looked whether it is there. */
  of(path: FileId): Entry<Stamp>[] {
    return [...(this.#byPath.get(path) ?? [])].filter((entry) => restsOnContent(entry, path));
  }

  /** Files and folders that entries rest on. */
  paths(): IterableIterator<FileId> {
    return this.#byPath.keys();
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

function restsOnContent(entry: Entry<Stamp>, path: FileId): boolean {
  return entry.stamp.dependencies.some((on) => on.on === 'content' && on.path === path && on.digest !== null);
}
