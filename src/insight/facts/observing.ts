import type { Observer } from '../../cache/guard.ts';
import type { ReadSample } from '../miss-ratio/read-sample.ts';
import type { MissFacts } from './miss-facts.ts';

/** Tells an observer, and what advice rests on too. */
export function observing<S>(observer: Observer<S>, facts: MissFacts, sample: ReadSample): Observer<S> {
  return {
    entered: (entry) => {
      sample.entered(entry);
      observer.entered(entry);
    },
    left: (entry, miss) => {
      facts.left(entry, miss);
      observer.left(entry, miss);
    },
    sampled: (entry) => sample.hit(entry),
    missed: (key, miss) => {
      sample.missed(key, miss);
      facts.missed(key, miss);
      observer.missed(key, miss);
    },
    computed: (key, ms) => observer.computed(key, ms),
    levelRead: (level, ms) => observer.levelRead?.(level, ms),
    problem: (where, error) => observer.problem(where, error),
  };
}
