import { LRUCache } from 'lru-cache';
import type { FileId } from './context.ts';
import type { FileGlobs } from './file-globs/file-globs.ts';
import { type GlobSpec, specOf } from './file-globs/glob-spec.ts';

const MOST_PARSED = 1000;

/** Globs by their names, as dependencies record them. A name that is none, in a foreign record, is in doubt. */
export class NamedGlobs {
  readonly #globs: FileGlobs;
  readonly #specs = new LRUCache<string, { readonly spec: GlobSpec | undefined }>({ max: MOST_PARSED });

  constructor(globs: FileGlobs) {
    this.#globs = globs;
  }

  find(spec: GlobSpec): Promise<{ readonly paths: readonly FileId[]; readonly digest: string }> {
    return this.#globs.find(spec);
  }

  /** The digest now; undefined when only {@link settle} can tell. */
  probe(name: string): string | undefined {
    const spec = this.#spec(name);
    return spec && this.#globs.probe(spec);
  }

  async settle(name: string): Promise<string | undefined> {
    const spec = this.#spec(name);
    return spec && this.#globs.settle(spec);
  }

  bases(name: string): readonly FileId[] {
    const spec = this.#spec(name);
    return spec ? this.#globs.bases(spec) : [];
  }

  mayAffect(name: string, path: FileId): boolean {
    const spec = this.#spec(name);
    return spec !== undefined && this.#globs.mayAffect(spec, path);
  }

  #spec(name: string): GlobSpec | undefined {
    let parsed = this.#specs.get(name);
    if (!parsed) {
      parsed = { spec: specOf(name) };
      this.#specs.set(name, parsed);
    }
    return parsed.spec;
  }
}
