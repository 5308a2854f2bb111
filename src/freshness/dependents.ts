import type { Entry } from '../cache/entry.ts';
import type { FileId } from './context.ts';
import { contentOf, type Fact } from './dependency.ts';
import { type EntrySet, Holders } from './holders.ts';
import { PathIndex } from './path-index.ts';
import type { Stamp } from './stamp.ts';

/** Tells of globs which changes can matter to them. */
interface GlobReach {
  bases(glob: string): readonly FileId[];
  mayAffect(glob: string, path: FileId): boolean;
}

/** Which entries rest on which input; finding them costs what is found, however large the cache is. */
export class Dependents {
  readonly #paths = new PathIndex();
  readonly #globs = new Holders();
  /** Globs by the folders that their matches are below. */
  readonly #byBase = new Map<FileId, Set<string>>();
  readonly #entries = new Holders();
  /** By kind and name. */
  readonly #facts = new Holders();
  readonly #reach: GlobReach;

  constructor(reach: GlobReach) {
    this.#reach = reach;
  }

  add(entry: Entry<Stamp>): void {
    for (const dependency of entry.stamp.dependencies) {
      if ('path' in dependency) this.#paths.add(dependency.path, entry);
      else if (dependency.on === 'entry') this.#entries.add(dependency.key, entry);
      else if (dependency.on !== 'glob') this.#facts.add(`${dependency.on} ${dependency.name}`, entry);
      else if (this.#globs.add(dependency.glob, entry)) this.#link(dependency.glob);
    }
  }

  remove(entry: Entry<Stamp>): void {
    for (const dependency of entry.stamp.dependencies) {
      if ('path' in dependency) this.#paths.remove(dependency.path, entry);
      else if (dependency.on === 'entry') this.#entries.remove(dependency.key, entry);
      else if (dependency.on !== 'glob') this.#facts.remove(`${dependency.on} ${dependency.name}`, entry);
      else if (this.#globs.remove(dependency.glob, entry)) this.#unlink(dependency.glob);
    }
  }

  /**
   * Entries that may have changed with this path: on it, on its folder's names, on what was below it,
   * on globs; some more than once.
   */
  *affectedBy(path: FileId): Generator<Entry<Stamp>> {
    yield* this.#paths.affectedBy(path);
    for (const [base, globs] of this.#byBase) {
      if (!meet(path, base)) continue;
      for (const glob of globs) if (this.#reach.mayAffect(glob, path)) yield* this.#globs.of(glob);
    }
  }

  /** Entries that rest on anything about this path. */
  on(path: FileId): EntrySet {
    return this.#paths.of(path);
  }

  /** Entries that rest on the content of this file; not those that only looked whether it is there. */
  of(path: FileId): Entry<Stamp>[] {
    return [...this.#paths.of(path)].filter((entry) =>
      entry.stamp.dependencies.some((on) => contentOf(on) === path),
    );
  }

  /** Entries that rest on the value of this one. */
  ofEntry(key: string): EntrySet {
    return this.#entries.of(key);
  }

  /** Entries that rest on any value of the kind, or on the one that is named. */
  ofFact(on: Fact, name?: string): EntrySet {
    if (name !== undefined) return this.#facts.of(`${on} ${name}`);
    const found: Set<Entry<Stamp>> = new Set();
    for (const fact of this.#facts.subjects()) {
      if (fact.startsWith(`${on} `)) for (const entry of this.#facts.of(fact)) found.add(entry);
    }
    return found;
  }

  /** Files and folders that entries rest on. */
  paths(): IterableIterator<FileId> {
    return this.#paths.paths();
  }

  #link(glob: string): void {
    for (const base of this.#reach.bases(glob)) {
      const globs = this.#byBase.get(base);
      if (globs) globs.add(glob);
      else this.#byBase.set(base, new Set([glob]));
    }
  }

  #unlink(glob: string): void {
    for (const base of this.#reach.bases(glob)) {
      const globs = this.#byBase.get(base);
      if (globs?.delete(glob) && globs.size === 0) this.#byBase.delete(base);
    }
  }
}

/** Whether a change of the path can matter below the folder: it is there or above it, or says what is ignored. */
function meet(path: FileId, base: FileId): boolean {
  if (IGNORES.test(path)) return true;
  return path === base || isBelow(path, base) || isBelow(base, path);
}

function isBelow(path: FileId, folder: FileId): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}

const IGNORES = /(^|\/)\.gitignore$|^\.git(\/|$)/;
