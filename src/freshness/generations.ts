/** Counter of one name: the sequence number of its last invalidation, and what caused it. */
export interface Generation {
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
const NO_TOPICS: readonly string[] = [];

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
  /** The last invalidations of a name that were not undone, ascending: the one that counts is the last. */
  readonly #standing = new Map<string, Generation[]>();
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
      this.#standing.set(name, withBump(this.#standing.get(name) ?? [], { at, cause }));
      this.#settle(name);
      this.advance(at);
      if (name.startsWith(FILE)) this.newestOfFiles = Math.max(this.newestOfFiles, at);
    }
  }

  /** Takes one back: the name is where it was before, unless another one came after it. */
  revoke(name: string, at: number): void {
    const standing = this.#standing.get(name);
    if (!standing?.some((bump) => bump.at === at)) return;
    this.#standing.set(name, withoutBump(standing, at));
    this.#settle(name);
    this.advance(this.sequence + 1); // whoever has looked looks again
  }

  /** No place up to this one is given out. */
  advance(sequence: number): void {
    this.sequence = Math.max(this.sequence, sequence);
  }

  #settle(name: string): void {
    Object.assign(this.of(name), this.#standing.get(name)?.at(-1) ?? NEVER);
  }

  /** The one object for this set of names, so that entries share it. */
  marks(tags: readonly string[], namespace: string, topics: readonly string[] = NO_TOPICS): Marks {
    const sorted = [...new Set(tags)].sort();
    const sortedTopics = topics.length === 0 ? NO_TOPICS : [...new Set(topics)].sort();
    const id = `${namespace}\0${sorted.join('\0')}\0\0${sortedTopics.join('\0')}`;
    let marks = this.#marks.get(id);
    if (!marks) {
      const lineages = [...new Set(sorted.flatMap(lineage))];
      const names = [EVERYTHING, `namespace ${namespace}`, ...lineages.map((tag) => `tag ${tag}`)];
      for (const topic of new Set(sortedTopics.flatMap(lineage))) names.push(`topic ${topic}`);
      marks = new Marks(this, namespace, sorted, sortedTopics, lineages, names);
      this.#marks.set(id, marks);
    }
    return marks;
  }
}

/** More of one name than can be undone: what comes before them does not count any more. */
const MOST_STANDING = 64;

const NEVER: Generation = { at: 0, cause: '' };

/** The invalidations of one name that stand, with one more; ascending. */
export function withBump<G extends Readonly<Generation>>(standing: readonly G[], bump: G): G[] {
  const others = standing.filter(({ at }) => at !== bump.at);
  return [...others, bump].sort((a, b) => a.at - b.at).slice(-MOST_STANDING);
}

export function withoutBump<G extends Readonly<Generation>>(standing: readonly G[], at: number): G[] {
  return standing.filter((bump) => bump.at !== at);
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
  /** What the entries depend on by name: `agent:reviewer`, `tool:web_search`. */
  readonly topics: readonly string[];
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
    topics: readonly string[],
    lineages: readonly string[],
    names: readonly string[],
  ) {
    this.#all = all;
    this.namespace = namespace;
    this.tags = tags;
    this.topics = topics;
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
  get last(): Readonly<Generation> {
    let last: Generation | undefined;
    for (const generation of this.#generations) if (!last || generation.at > last.at) last = generation;
    return last ?? NEVER;
  }
}
