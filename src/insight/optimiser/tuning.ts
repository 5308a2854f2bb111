import type { Policy } from '../../cache/policy/policy.ts';
import { PRESETS } from '../../cache/policy/presets.ts';

/** Without a range that suits the namespace, no lifetime is made longer than this. */
const LONGEST_MS = 24 * 3_600_000;

/** The longest lifetime that the optimiser gives a namespace, ms. */
export function longestTtl(namespace: string): number {
  return PRESETS.get(namespace)?.ttlRange?.[1] ?? LONGEST_MS;
}

interface Tuned {
  /** How many times as long. */
  readonly factor: number;
  /** Namespaces may share a policy: each tunes it for itself. */
  readonly policies: WeakMap<Policy, Policy>;
}

/** Lifetimes that the optimiser has made longer, over what the settings say; policies stay the same objects. */
export class Tuning {
  readonly #byNamespace = new Map<string, Tuned>();

  factor(namespace: string): number {
    return this.#byNamespace.get(namespace)?.factor ?? 1;
  }

  set(namespace: string, factor: number): void {
    if (factor <= 1) this.#byNamespace.delete(namespace);
    else this.#byNamespace.set(namespace, { factor, policies: new WeakMap() });
  }

  /** The policy of a namespace, or of a part of it as `tool:web_search` is. */
  of(policy: Policy, name: string): Policy {
    if (!policy.optimise || policy.ttlMs === 0) return policy;
    const [namespace = name] = name.split(':', 1);
    const tuned = this.#byNamespace.get(namespace);
    if (!tuned) return policy;
    const known = tuned.policies.get(policy);
    if (known) return known;
    const longest = Math.max(policy.ttlMs, longestTtl(namespace));
    const ttlMs = Math.min(longest, Math.round(tuned.factor * policy.ttlMs));
    const longer = Object.freeze({ ...policy, ttlMs });
    tuned.policies.set(policy, longer);
    return longer;
  }
}
