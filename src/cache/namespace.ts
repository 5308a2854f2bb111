/** What every entry of a namespace is subject to. */
export interface Policy {
  /** Milliseconds an entry may be served after it was stored; 0 is no limit. */
  readonly ttlMs: number;
  /** Whether entries are written to the file level, where they survive a restart. */
  readonly persist: boolean;
}

const DEFAULT_POLICY: Policy = { ttlMs: 0, persist: true };

/** A region of keys with one policy, and what was counted in it since the process started. */
export class Namespace {
  readonly name: string;
  policy: Policy;
  memoryHits = 0;
  fileHits = 0;
  misses = 0;
  /** Reads answered by a computation that was already running. */
  shared = 0;
  /** Milliseconds that hits did not spend computing. */
  savedMs = 0;

  constructor(name: string, policy: Policy) {
    this.name = name;
    this.policy = policy;
  }
}

/** The namespaces seen so far. */
export class Namespaces {
  readonly #byName = new Map<string, Namespace>();
  readonly #policyOf: (name: string) => Policy;

  constructor(policyOf: (name: string) => Policy = () => DEFAULT_POLICY) {
    this.#policyOf = policyOf;
  }

  get(name: string): Namespace {
    let namespace = this.#byName.get(name);
    if (!namespace) {
      namespace = new Namespace(name, this.#policyOf(name));
      this.#byName.set(name, namespace);
    }
    return namespace;
  }

  /** Asks for every policy again, after a change of settings. */
  reconfigure(): void {
    for (const namespace of this.#byName.values()) namespace.policy = this.#policyOf(namespace.name);
  }

  [Symbol.iterator](): IterableIterator<Namespace> {
    return this.#byName.values();
  }
}
