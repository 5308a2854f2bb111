import { namespaceOf } from './key.ts';
import type { Level, Policy } from './policy/policy.ts';
import { DEFAULTS } from './policy/presets.ts';

/** Everything below memory, no limit, no secrets expected. */
export const DEFAULT_POLICY: Policy = {
  enabled: true,
  ttlMs: 0,
  sliding: false,
  levels: ['memory', 'file', 'shared'],
  write: 'through',
  sensitivity: 'none',
  freshness: 'verified',
  variants: DEFAULTS.variants,
  strategy: 'exact',
  sampled: DEFAULTS.sampled,
  optimise: false,
};

/** Tells the policy of a namespace, also as one agent is subject to it. */
export type PolicyOf = (namespace: string, agent?: string) => Policy;

/** A region of keys with one policy, what was counted in it since the process started, and what it has. */
export class Namespace {
  readonly name: string;
  policy: Policy;
  memoryHits = 0;
  fileHits = 0;
  sharedHits = 0;
  /** Of these hits, reads of computations of other keys: answers to nobody. */
  belowHits = 0;
  misses = 0;
  /** Reads answered by a computation that was already running. */
  joined = 0;
  /** Values that memory gave up because it had no room for them. */
  evictions = 0;
  /** Milliseconds that hits did not spend computing, but for those below. */
  savedMs = 0;
  /** Entries that are listed now, and their bytes; the catalog counts them. */
  entries = 0;
  bytes = 0;
  /** Belongs to the memory level, which finds the entries' room through it without a look-up. */
  room: object | undefined;

  constructor(name: string, policy: Policy) {
    this.name = name;
    this.policy = policy;
  }

  /** Whether reads and writes of it pass by the cache. */
  get bypassed(): boolean {
    return isBypassed(this.policy);
  }
}

export function isBypassed({ enabled, strategy }: Policy): boolean {
  return !enabled || strategy === 'none';
}

/** By which setting a key is bypassed. */
export function bypassedBy(key: string, { enabled }: Policy): string {
  const what = enabled ? 'strategy none' : 'caching off';
  return `${what} for namespace ${namespaceOf(key)} (agentCache.namespaces)`;
}

/** The namespaces seen so far. */
export class Namespaces {
  readonly #byName = new Map<string, Namespace>();
  readonly #policyOf: PolicyOf;
  /** The next key is most often of the same. */
  #last: { readonly namespace: Namespace; readonly prefix: string } | undefined;

  constructor(policyOf: PolicyOf = () => DEFAULT_POLICY) {
    this.#policyOf = policyOf;
  }

  /** Of a key. Throws a KeyError for what is none. */
  of(key: string): Namespace {
    const last = this.#last;
    if (last !== undefined && key.length > last.prefix.length && key.startsWith(last.prefix)) {
      return last.namespace;
    }
    const namespace = this.get(namespaceOf(key));
    this.#last = { namespace, prefix: `${namespace.name}:` };
    return namespace;
  }

  /** Undefined when none of its keys was seen: to look makes no namespace. */
  seen(name: string): Namespace | undefined {
    return this.#byName.get(name);
  }

  get(name: string): Namespace {
    let namespace = this.#byName.get(name);
    if (!namespace) {
      namespace = new Namespace(name, this.#policyOf(name));
      this.#byName.set(name, namespace);
    }
    return namespace;
  }

  /** What a request is subject to: of this agent, or for a part of the namespace, as `tool:web_search` is. */
  policy(name: string, agent?: string): Policy {
    return this.#policyOf(name, agent);
  }

  /** Asks for every policy again, after a change of settings. */
  reconfigure(): void {
    for (const namespace of this.#byName.values()) namespace.policy = this.#policyOf(namespace.name);
  }

  [Symbol.iterator](): IterableIterator<Namespace> {
    return this.#byName.values();
  }
}

/** Whether entries under this policy may be on the level; a call may name the levels itself. */
export function onLevel(policy: Policy, level: Level, chosen?: readonly Level[]): boolean {
  return policy.levels.includes(level) && (chosen === undefined || chosen.includes(level));
}
