import type { Dependency } from '../../src/freshness/dependency.ts';
import type { WorkTree } from './work-tree.ts';

/** Variants that a key keeps: its newest ones. */
const MOST_VARIANTS = 4;

type Variant = readonly Dependency[];

/**
 * Tells beforehand which questions a cache must compute anew: those of which no stored variant's
 * recorded dependencies are as they were. Judges them with its own eyes, and has its own account of
 * what is stored.
 */
export class Oracle {
  readonly #variants = new Map<string, readonly Variant[]>();

  hits(key: string, tree: WorkTree): boolean {
    return this.variants(key).some((variant) => variant.every((dependency) => holds(dependency, tree)));
  }

  /** A result that was computed and kept; the newest variant of its key. */
  stored(key: string, variant: Variant): void {
    const id = identity(variant);
    const others = this.variants(key).filter((other) => other.length > 0 && identity(other) !== id);
    // What rests on nothing replaces all others: it holds whatever they say.
    this.#variants.set(key, variant.length === 0 ? [variant] : [variant, ...others].slice(0, MOST_VARIANTS));
  }

  /** Newest first. */
  variants(key: string): readonly Variant[] {
    return this.#variants.get(key) ?? [];
  }
}

export function holds(dependency: Dependency, tree: WorkTree): boolean {
  switch (dependency.on) {
    case 'content':
      return tree.contentDigest(dependency.path) === dependency.digest;
    case 'kind':
      return tree.kind(dependency.path) === dependency.kind;
    case 'names':
      return tree.namesDigest(dependency.path) === dependency.digest;
    default:
      throw new Error(`The oracle cannot judge ${JSON.stringify(dependency)}: teach oracle.ts.`);
  }
}

function identity(variant: Variant): string {
  return JSON.stringify(variant);
}
