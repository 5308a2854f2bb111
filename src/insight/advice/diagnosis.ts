import type { MissReason } from '../../cache/guard.ts';
import type { Namespace } from '../../cache/namespace.ts';
import type { AdviceItem } from '../../protocol/advice.ts';
import type { MissFacts } from '../facts/miss-facts.ts';
import { hitRateOf, isLow, readsOf } from './advice.ts';

/** Reads of a namespace below which its hit rate says nothing. */
const FEWEST = 30;

/** Why the hit rate of a namespace is what it is. */
export interface Diagnosis {
  readonly namespace: string;
  readonly reads: number;
  readonly hitRate: number;
  /** Absent when its policy has none. */
  readonly target?: number;
  readonly low: boolean;
  /** Parts of the misses, 0 to 1, the largest first. */
  readonly misses: readonly { readonly reason: MissReason; readonly part: number }[];
  /** What was found that can be changed: of the namespace, and of the room that it is in. */
  readonly causes: readonly AdviceItem[];
}

/** Of namespaces that were read often enough, low hit rates first, the lowest of them first. */
export function diagnose(
  namespaces: readonly Namespace[],
  facts: MissFacts,
  advice: readonly AdviceItem[],
): Diagnosis[] {
  const read = namespaces.filter((namespace) => readsOf(namespace) >= FEWEST);
  return read
    .map((namespace) => {
      const { name, policy } = namespace;
      const misses = facts.of(name);
      const all = Math.max(1, misses.of());
      const target = policy.targets?.hitRate;
      const room = policy.memory ? `size:${name}` : 'size:memory';
      return {
        namespace: name,
        reads: readsOf(namespace),
        hitRate: hitRateOf(namespace) ?? 0,
        ...(target !== undefined && { target }),
        low: isLow(namespace),
        misses: [...misses.reasons]
          .map(([reason, count]) => ({ reason, part: count / all }))
          .sort((a, b) => b.part - a.part),
        causes: advice.filter((item) => item.namespace === name || item.id === room),
      };
    })
    .sort((a, b) => Number(b.low) - Number(a.low) || a.hitRate - b.hitRate);
}
