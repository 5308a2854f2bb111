import { posix } from 'node:path';
import { Slices } from '../../cache/slices.ts';
import type { FileId } from '../../freshness/context.ts';
import { languageOf } from '../languages.ts';
import type { ByFile } from '../workspace/parts.ts';

/** Where a file's imports lead in the workspace: files and packages' folders, each once, in order. */
export type Targets = readonly FileId[];

/** Which files import which, read against the direction of the imports. */
export class Importers {
  /** By file or folder, as the imports name it; in order. */
  readonly #byTarget = new Map<FileId, FileId[]>();

  private constructor() {}

  static async of(files: ByFile<Targets>): Promise<Importers> {
    const importers = new Importers();
    const slices = new Slices();
    for (const [path, targets] of files) {
      for (const target of targets) importers.#add(target, path);
      if (slices.due) await slices.pause();
    }
    return importers;
  }

  /** The files that import this one, or the package that it belongs to; each once, in order. */
  of(path: FileId): readonly FileId[] {
    const direct = this.#byTarget.get(path) ?? [];
    const packaged = this.#ofPackage(path);
    const all = packaged.length === 0 ? direct : [...new Set([...direct, ...packaged])].sort();
    return all.includes(path) ? all.filter((importer) => importer !== path) : all;
  }

  /** A package is its files in one language, without Go's tests, which no import reaches. */
  #ofPackage(path: FileId): readonly FileId[] {
    const importers = path.endsWith('_test.go') ? undefined : this.#byTarget.get(packageOf(path));
    const language = importers && languageOf(path);
    return importers?.filter((importer) => languageOf(importer) === language) ?? [];
  }

  #add(target: FileId, importer: FileId): void {
    const known = this.#byTarget.get(target);
    if (known) known.push(importer);
    else this.#byTarget.set(target, [importer]);
  }
}

/** What an import names that means the file and its neighbours. */
export function packageOf(path: FileId): FileId {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : folder;
}
