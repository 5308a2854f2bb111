/** Counter of one name: the sequence number of its last invalidation, and what caused it. */
interface Generation {
  at: number;
  cause: string;
}

export interface Bump {
  readonly name: string;
  /** Place in the one sequence of all invalidations. */
  readonly at: number;
  readonly cause: string;
}

/** Every entry has this name. */
export const EVERYTHING = '*';

const FILE = 'file ';

/** Every entry that rests on the content of this file has this name. */
export function fileName(path: string): string {
  return FILE + path;
}

/**
 * Invalidation by name in constant time. An entry remembers the place in the sequence at which its
 * computation began; a name that was invalidated later makes it stale, whenever it is stored.
 */
export class Generations {
  readonly #byName = new Map<string, Generation>();
  readonly #marks = new Map<string, Marks>();
  /** The last place given out. */
  sequence = 0;
  /** The place of the last invalidation of any file's dependents. */
  newestOfFiles = 0;

  of(name: string): Generation {
    let generation = this.#byName.get(name);
    if (!generation) {
      generation = { at: 0, cause: '' };
      this.#byName.set(name, generation);
    }
    return generation;
  }

  /**
   * Places follow the clock, so that one given out now is later than all that other processes, or
   * earlier ones that could not write theirs down, have given out.
   */
  bump(name: string, cause: string): Bump {
    const bump = { name, at: Math.max(this.sequence + 1, Date.now()), cause };
    this.load([bump]);
    return bump;
  }

  /** What was invalidated last of what rests on this file; undefined when that never happened. */
  ofFile(path: string): Readonly<Generation> | undefined {
    return this.#byName.get(fileName(path));
  }

  /** Takes over the bumps of earlier processes. */
  load(bumps: readonly Bump[]): void {
    for (const { name, at, cause } of bumps) {
      const generation = this.of(name);
      if (at > generation.at) Object.assign(generation, { at, cause });
      this.sequence = Math.max(this.sequence, at);
      if (name.startsWith(FILE)) this.newestOfFiles = Math.max(this.newestOfFiles, at);
    }
  }

  /** The one object for this set of names, so that entries share it. */
  marks(tags: readonly string[], namespace: string): Marks {
    const sorted = [...new Set(tags)].sort();
    const id = `${namespace}\0${sorted.join('\0')}`;
    let marks = this.#marks.get(id);
    if (!marks) {
      const lineages = [...new Set(sorted.flatMap(lineage))];
      const names = [EVERYTHING, `namespace ${namespace}`, ...lineages.map((tag) => `tag ${tag}`)];
      marks = new Marks(this, namespace, sorted, lineages, names);
      this.#marks.set(id, marks);
    }
    return marks;
  }
}

/** A tag with all its ancestors, outermost first: `a/b:c` → `a`, `a/b`, `a/b:c`. */
export function lineage(tag: string): string[] {
  const tags: string[] = [];
  for (let i = 1; i < tag.length; i++) if (tag[i] === '/' || tag[i] === ':') tags.push(tag.slice(0, i));
  tags.push(tag);
  return tags;
}

/** The names under which entries of one set of tags can be invalidated. */
export class Marks {
  readonly namespace: string;
  readonly tags: readonly string[];
  /** The tags and all their ancestors, each once. */
  readonly lineages: readonly string[];
  /** What can be invalidated to make entries of these stale. */
  readonly names: readonly string[];
  readonly #all: Generations;
  readonly #generations: readonly Generation[];
  #newest = 0;
  #asOf = -1;

  constructor(
    all: Generations,
    namespace: string,
    tags: readonly string[],
    lineages: readonly string[],
    names: readonly string[],
  ) {
    this.#all = all;
    this.namespace = namespace;
    this.tags = tags;
    this.lineages = lineages;
    this.names = names;
    this.#generations = names.map((name) => all.of(name));
  }

  /** Whether nothing was invalidated since `started`; one comparison unless something was meanwhile. */
  holdSince(started: number): boolean {
    if (this.#asOf !== this.#all.sequence) {
      this.#asOf = this.#all.sequence;
      this.#newest = 0;
      for (const { at } of this.#generations) if (at > this.#newest) this.#newest = at;
    }
    return started >= this.#newest;
  }

  /** What made entries of these names stale last. */
  get cause(): string {
    let last: Generation | undefined;
    for (const generation of this.#generations) if (!last || generation.at > last.at) last = generation;
    return last?.cause ?? '';
  }
}
