import type { Namespace } from '../../cache/namespace.ts';
import type { AdviceItem } from '../../protocol/advice.ts';
import type { NamespaceMisses } from '../facts/namespace-misses.ts';

/** A change of a setting, or of one member of a setting that is an object. */
export interface Edit {
  /** Its id, as `agentCache.memory.maxMegabytes`. */
  readonly setting: string;
  /** Where within it; empty for the whole. */
  readonly path: readonly string[];
  readonly to: unknown;
  /** As a person reads it: `memory.maxMegabytes: 128 → 256`. */
  readonly text: string;
}

/** What a rule says; `id` is the same as long as its subject is. */
export interface Advice extends Omit<AdviceItem, 'state' | 'change'> {
  readonly edit?: Edit;
}

/** A namespace, and what was seen of its reads since the process started. */
export interface Seen {
  readonly namespace: Namespace;
  readonly misses: NamespaceMisses;
}

export function readsOf({ memoryHits, fileHits, sharedHits, misses }: Namespace): number {
  return memoryHits + fileHits + sharedHits + misses;
}

/** Hits as a part of reads; undefined before the first. */
export function hitRateOf(namespace: Namespace): number | undefined {
  const reads = readsOf(namespace);
  return reads === 0 ? undefined : 1 - namespace.misses / reads;
}

/** A hit rate below this is low where the namespace has no target. */
const LOW = 0.5;

export function isLow(namespace: Namespace): boolean {
  const rate = hitRateOf(namespace);
  return rate !== undefined && rate < (namespace.policy.targets?.hitRate ?? LOW);
}
