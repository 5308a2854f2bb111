import type { Policy } from '../../cache/policy/policy.ts';
import { PRESETS } from '../../cache/policy/presets.ts';

/** Without a range that suits the namespace, no lifetime is made longer than this. */
const LONGEST_MS = 24 * 3_600_000;

/** The longest lifetime that the optimiser gives a namespace, ms. */
export function longestTtl(namespace: string): number {
  return PRESETS.get(namespace)?.ttlRange?.[1] ?? LONGEST_MS;
}

/** Lifetimes that the optimiser has made longer, over what the settings say; policies stay the same objects. */
export class Tuning {
  /** By namespace: how many times as long. */
  readonly #factors = new Map<string, number>();
  #tuned = new WeakMap<Policy, Policy>();

  factor(namespace: string): number {
    return this.#factors.get(namespace) ?? 1;
  }

  set(namespace: string, factor: number): void {
    if (factor <= 1) this.#factors.delete(namespace);
    else this.#factors.set(namespace, factor);
    this.#tuned = new WeakMap();
  }

  /** The policy of a namespace, or of a part of it as `tool:web_search` is. */
  of(policy: Policy, name: string): Policy {
    const [namespace = name] = name.split(':', 1);
    const factor = this.factor(namespace);
    if (factor === 1 || !policy.optimise || policy.ttlMs === 0) return policy;
    const longest = Math.max(policy.ttlMs, longestTtl(namespace));
    const known = this.#tuned.get(policy);
    if (known) return known;
    const ttlMs = Math.min(longest, Math.round(factor * policy.ttlMs));
    const tuned = Object.freeze({ ...policy, ttlMs });
    this.#tuned.set(policy, tuned);
    return tuned;
  }
}
