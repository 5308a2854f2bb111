import type { Level, Policy } from '../../../src/cache/policy/policy.ts';

/** What a reference model, one map, knows of a key. */
export interface Known {
  /** Undefined when the cache must not have it. */
  readonly value: unknown;
  /** What may come back when the process is killed now. */
  durable: readonly unknown[];
  /** The last moment at which it may be served; 0 is no limit. */
  expiresAt: number;
  /** Whether the caller chose its lifetime. */
  fixed: boolean;
  /** Whether it may expire sooner: what a sliding lifetime was below memory is not told. */
  readonly loose: boolean;
  tags: readonly string[];
  /** On which levels a reader must find it. */
  on: ReadonlySet<Level>;
  /** Whether a reader may have brought it to the file level too. */
  maybeInFile: boolean;
}

export const ABSENT: Known = {
  value: undefined,
  durable: [undefined],
  expiresAt: 0,
  fixed: false,
  loose: false,
  tags: [],
  on: new Set(),
  maybeInFile: false,
};

/** The simplest cache with policies that can be right: nothing is ever evicted from it. */
export class Model {
  readonly #known = new Map<string, Known>();
  readonly #policyOf: (key: string) => Policy;
  now: number;

  constructor(policyOf: (key: string) => Policy, now: number) {
    this.#policyOf = policyOf;
    this.now = now;
  }

  keys(): string[] {
    return [...this.#known.keys()];
  }

  /** What holds now. */
  of(key: string): Known {
    const known = this.#known.get(key) ?? ABSENT;
    return known.expiresAt !== 0 && known.expiresAt <= this.now ? ABSENT : known;
  }

  set(
    key: string,
    value: unknown,
    options: {
      readonly ttlMs?: number;
      readonly levels?: readonly Level[];
      readonly tags?: readonly string[];
      readonly loose?: boolean;
    },
  ): void {
    const policy = this.#policyOf(key);
    let on = policy.levels.filter((level) => (options.levels ?? policy.levels).includes(level));
    const durable = on.includes('file') || on.includes('shared');
    if (durable && policy.write === 'around') on = on.filter((level) => level !== 'memory');
    const ttl = options.ttlMs ?? policy.ttlMs;
    const before = this.#known.get(key)?.durable ?? [undefined];
    if (on.length === 0) {
      this.#known.delete(key);
      return;
    }
    this.#known.set(key, {
      value,
      durable: durable ? (policy.write === 'back' ? [...before, value] : [value]) : [undefined],
      expiresAt: ttl > 0 ? this.now + ttl : 0,
      fixed: options.ttlMs !== undefined,
      loose: options.loose ?? (policy.sliding && options.ttlMs === undefined && ttl > 0),
      tags: options.tags ?? [],
      on: new Set(on),
      maybeInFile: false,
    });
  }

  /** A hit begins a sliding lifetime anew; one of a read of all levels brings the value up to the file level. */
  hit(key: string, ofAll: boolean): void {
    const known = this.#known.get(key);
    const { sliding, ttlMs, levels } = this.#policyOf(key);
    if (!known) return;
    if (sliding && !known.fixed && ttlMs > 0) known.expiresAt = this.now + ttlMs;
    if (ofAll && levels.includes('file') && known.on.has('shared')) known.maybeInFile = true;
  }

  /** One level is cleared. What memory has it keeps, but the model cannot tell what memory has evicted. */
  leave(level: Level): void {
    for (const [key, known] of this.#known) {
      known.on = new Set([...known.on].filter((other) => other !== level && other !== 'memory'));
      if (level === 'file') known.maybeInFile = false;
      if (isStored(known)) continue;
      const back = this.#policyOf(key).write === 'back';
      known.durable = back || known.maybeInFile ? [undefined, known.value] : [undefined];
    }
  }

  drop(gone: (key: string, known: Known) => boolean): void {
    for (const [key, known] of this.#known) if (gone(key, known)) this.#known.delete(key);
  }

  /** What waits is written now. */
  flush(): void {
    for (const known of this.#known.values()) if (isStored(known)) known.durable = [known.value];
  }

  /** Memory is empty: what may be found of a key now. */
  kill(key: string): readonly unknown[] {
    const known = this.#known.get(key) ?? ABSENT;
    if (known !== ABSENT) known.on = new Set([...known.on].filter((level) => level !== 'memory'));
    if (known.on.size === 0 && !known.maybeInFile) this.#known.delete(key);
    return known.durable;
  }
}

/** Whether a level must have it that does not end with the process. */
export function isStored({ on }: Pick<Known, 'on'>): boolean {
  return on.has('file') || on.has('shared');
}
