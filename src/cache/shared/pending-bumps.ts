import { type Begun, EVERYTHING, type Matches, type Rule, ruleOf } from './shared-generations.ts';

/** An invalidation before it has its place. */
export interface Announced {
  readonly name: string;
  readonly cause: string;
}

/** Keeps invalidations that the server has not got yet over a restart. */
export interface Undelivered {
  load(): Promise<readonly Announced[]>;
  save(bumps: readonly Announced[]): Promise<void>;
}

/** Beyond it all become one, of everything. */
const MOST_PENDING = 10_000;

/** Invalidations that the server has not got yet, in their order. Here they hold already. */
export class PendingBumps {
  readonly #matches: Matches;
  readonly #undelivered: Undelivered | undefined;
  readonly #problem: (error: Error) => void;
  /** Resolves when those of the last run are among them. */
  readonly loaded: Promise<void>;
  #bumps = new Set<Announced>();
  /** How often each name is pending. */
  readonly #names = new Map<string, number>();
  /** Those of the names that are rules. */
  readonly #rules = new Map<string, Rule>();
  #saving: Promise<void> = Promise.resolve();
  #unsaved = false;

  constructor(matches: Matches, undelivered: Undelivered | undefined, problem: (error: Error) => void) {
    this.#matches = matches;
    this.#undelivered = undelivered;
    this.#problem = problem;
    this.loaded = undelivered ? this.#load(undelivered) : Promise.resolve();
  }

  get size(): number {
    return this.#bumps.size;
  }

  /** Whether such a record of this key is invalid. */
  hit(key: string, { names, createdAt }: Pick<Begun, 'names' | 'createdAt'>): boolean {
    if (this.#bumps.size === 0) return false;
    if (this.#names.has(EVERYTHING) || names.some((name) => this.#names.has(name))) return true;
    for (const hits of this.#rules.values()) if (hits(key, createdAt)) return true;
    return false;
  }

  add(bumps: readonly Announced[]): void {
    for (const { name, cause } of bumps) this.#enter({ name, cause });
    if (this.#bumps.size > MOST_PENDING) {
      this.#bumps = new Set();
      this.#names.clear();
      this.#rules.clear();
      const cause = 'more was invalidated than could be kept while the shared cache was out of reach';
      this.#enter({ name: EVERYTHING, cause });
    }
  }

  /** Those to be delivered next, for {@link delivered}. */
  first(most: number): readonly Announced[] {
    return [...this.#bumps].slice(0, most);
  }

  delivered(bumps: readonly Announced[]): void {
    for (const bump of bumps) {
      if (!this.#bumps.delete(bump)) continue;
      const left = (this.#names.get(bump.name) ?? 1) - 1;
      if (left > 0) this.#names.set(bump.name, left);
      else {
        this.#names.delete(bump.name);
        this.#rules.delete(bump.name);
      }
      this.#unsaved = true;
    }
  }

  /** Writes down what is left, unless nothing has changed. Never rejects. */
  keep(): Promise<void> {
    const store = this.#undelivered;
    if (store) this.#saving = this.#saving.then(() => this.#save(store));
    return this.#saving;
  }

  #enter(bump: Announced): void {
    this.#bumps.add(bump);
    this.#names.set(bump.name, (this.#names.get(bump.name) ?? 0) + 1);
    const rule = ruleOf(bump.name, this.#matches);
    if (rule) this.#rules.set(bump.name, rule);
    this.#unsaved = true;
  }

  async #load(undelivered: Undelivered): Promise<void> {
    try {
      this.add(await undelivered.load());
    } catch (error) {
      this.#problem(error as Error);
      this.add([{ name: EVERYTHING, cause: 'what was invalidated before a restart is not known' }]);
    }
  }

  async #save(undelivered: Undelivered): Promise<void> {
    if (!this.#unsaved) return;
    this.#unsaved = false;
    try {
      await undelivered.save([...this.#bumps]);
    } catch (error) {
      this.#unsaved = true;
      this.#problem(error as Error);
    }
  }
}
