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

/**
 * Invalidation by name in constant time. An entry remembers the place in the sequence at which its
 * computation began; a name that was invalidated later makes it stale, whenever it is stored.
 */
export class Generations {
  readonly #byName = new Map<string, Generation>();
  readonly #marks = new Map<string, Marks>();
  /** The last place given out. */
  sequence = 0;

  of(name: string): Generation {
    let generation = this.#byName.get(name);
    if (!generation) {
      generation = { at: 0, cause: '' };
      this.#byName.set(name, generation);
    }
    return generation;
  }

  bump(name: string, cause: string): Bump {
    const generation = this.of(name);
    generation.at = ++this.sequence;
    generation.cause = cause;
    return { name, at: generation.at, cause };
  }

  /** Takes over the bumps of earlier processes. */
  load(bumps: readonly Bump[]): void {
    for (const { name, at, cause } of bumps) {
      const generation = this.of(name);
      if (at > generation.at) Object.assign(generation, { at, cause });
      this.sequence = Math.max(this.sequence, at);
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
