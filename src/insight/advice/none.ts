import type { Namespace } from '../../cache/namespace.ts';
import { readsOf } from './advice.ts';
import { count } from './words.ts';

/** Reads below which nothing can be said. */
const FEWEST = 200;

/** Why there is no advice, in one sentence. */
export function noneBecause(namespaces: Iterable<Namespace>): string {
  let reads = 0;
  for (const namespace of namespaces) reads += readsOf(namespace);
  return reads < FEWEST
    ? `There were only ${count(reads, 'read')} since the process started: too few to advise anything.`
    : `In ${count(reads, 'read')} since the process started nothing was found that would be worth a change.`;
}
