import type { Entry } from '../cache/entry.ts';
import type { Observer } from '../cache/guard.ts';
import type { Dependents } from './dependents.ts';
import { outputDigest } from './entries/output.ts';
import type { Stamp } from './stamp.ts';
import type { TagIndex } from './tag-index.ts';

interface Indexed {
  readonly tags: TagIndex;
  readonly dependents: Dependents;
  /** Entries that may not hold any more. */
  readonly hint: (entries: Iterable<Entry<Stamp>>) => void;
}

/** Keeps the indexes as the cache is, and hints what rests on an entry that is another one now. */
export function indexing(observer: Observer<Stamp>, { tags, dependents, hint }: Indexed): Observer<Stamp> {
  return {
    entered: (entry) => {
      tags.add(entry);
      dependents.add(entry);
      const above = dependents.ofEntry(entry.key);
      if (above.size > 0 && entry.inMemory) hint(onAnotherValue(entry, above));
      observer.entered(entry);
    },
    left: (entry, miss) => {
      tags.remove(entry);
      dependents.remove(entry);
      const above = dependents.ofEntry(entry.key);
      if (above.size > 0 && (miss.reason === 'invalidated' || miss.reason === 'changed')) hint(above);
      observer.left(entry, miss);
    },
    sampled: (entry) => observer.sampled?.(entry),
    missed: (key, miss) => observer.missed(key, miss),
    computed: (key, ms) => observer.computed(key, ms),
    levelRead: (level, ms) => observer.levelRead?.(level, ms),
    problem: (where, error) => observer.problem(where, error),
  };
}

/** Those that rest on another value of the entry: one that only moved between levels changes nothing. */
function onAnotherValue({ key, value }: Entry<Stamp>, above: ReadonlySet<Entry<Stamp>>): Entry<Stamp>[] {
  const digest = outputDigest(value);
  return [...above].filter(({ stamp }) =>
    stamp.dependencies.some((on) => on.on === 'entry' && on.key === key && on.digest !== digest),
  );
}
