import type { MissReason } from '../../cache/guard.ts';
import type { Namespace } from '../../cache/namespace.ts';
import type { NamespaceMisses } from '../facts/namespace-misses.ts';

/** Counters of a namespace at some moment. */
interface Counted {
  readonly hits: number;
  readonly misses: number;
  readonly reasons: ReadonlyMap<MissReason, number>;
}

/** What happened in a namespace between two moments. */
export interface Passed {
  readonly reads: number;
  readonly hitRate: number;
  /** Part of the misses that were for this reason. */
  part(reason: MissReason): number;
}

/** What happened in each namespace since it was looked at last. */
export class Windows {
  readonly #last = new Map<string, Counted>();

  /** Undefined when nothing was read. */
  next(namespace: Namespace, { reasons }: NamespaceMisses): Passed | undefined {
    const { name, memoryHits, fileHits, sharedHits, misses } = namespace;
    const now = { hits: memoryHits + fileHits + sharedHits, misses, reasons: new Map(reasons) };
    const last = this.#last.get(name) ?? { hits: 0, misses: 0, reasons: new Map() };
    this.#last.set(name, now);
    const hits = now.hits - last.hits;
    const missed = now.misses - last.misses;
    if (hits + missed <= 0) return undefined;
    const passed = new Map(
      [...reasons].map(([reason, count]) => [reason, Math.max(0, count - (last.reasons.get(reason) ?? 0))]),
    );
    const all = [...passed.values()].reduce((sum, count) => sum + count, 0);
    return {
      reads: hits + missed,
      hitRate: hits / (hits + missed),
      part: (reason) => (all === 0 ? 0 : (passed.get(reason) ?? 0) / all),
    };
  }
}
