import type { LevelSummary } from '../../../protocol.ts';
import type { Advice, Seen } from '../advice.ts';
import type { EntryFacts } from '../entry-facts.ts';
import { churnAdvice } from './churn.ts';
import { entryAdvice } from './entries.ts';
import { type KeyInsight, keyVarianceAdvice } from './key-variance.ts';
import { levelAdvice } from './levels.ts';
import { type Room, sizeAdvice } from './size.ts';
import { ttlAdvice } from './ttl.ts';

/** Everything that advice rests on. */
export interface Facts {
  readonly namespaces: readonly Seen[];
  readonly rooms: readonly Room[];
  /** A room is advised no larger than this. */
  readonly mostBytes: number;
  readonly entries: EntryFacts;
  readonly levels: readonly LevelSummary[];
  readonly keys: KeyInsight;
}

/** What the facts say, what matters most first. */
export function adviceOf({ namespaces, rooms, mostBytes, entries, levels, keys }: Facts): Advice[] {
  return [
    ...levelAdvice(levels),
    ...rooms.flatMap((room) => sizeAdvice(room, mostBytes)),
    ...namespaces.flatMap(ttlAdvice),
    ...namespaces.flatMap((seen) => keyVarianceAdvice(seen, keys)),
    ...namespaces.flatMap(churnAdvice),
    ...entryAdvice(entries),
  ];
}
