import type { Outcome } from '../cache/asking.ts';
import { makeKey, opaqueKey } from '../cache/key.ts';
import type { Policy } from '../cache/policy/policy.ts';
import type { Update } from '../cache/update.ts';
import type { ComputeContext } from './context.ts';
import type { Report } from './selector.ts';
import type { WorkspaceCache } from './workspace-cache.ts';
import type { AskOptions, GetOptions, SetOptions } from './workspace-options.ts';

/**
 * What becomes of the values. `memory`: gone with the process. `persistent`: on every level that the
 * namespace's policy names. `sensitive`: the same, but one that holds a secret stays in memory, and
 * keys are hashes.
 */
export type Kind = 'memory' | 'persistent' | 'sensitive';

const NARROWED: Readonly<Record<Kind, (policy: Policy) => Policy>> = {
  memory: (policy) => ({ ...policy, levels: ['memory'], write: 'through' }),
  persistent: (policy) => policy,
  sensitive: (policy) => ({ ...policy, sensitivity: 'refuse' }),
};

/** One namespace of the cache, with ids instead of keys. */
export class NamedCache {
  readonly name: string;
  readonly kind: Kind;
  readonly #cache: WorkspaceCache;

  /** Throws a KeyError when the name is none. */
  constructor(cache: WorkspaceCache, name: string, kind: Kind) {
    makeKey(name, 'any');
    this.name = name;
    this.kind = kind;
    this.#cache = cache;
  }

  /** The key of an id of this namespace. */
  key(id: string): string {
    return this.kind === 'sensitive' ? opaqueKey(this.name, id) : makeKey(this.name, id);
  }

  get<T>(id: string): Promise<T | undefined> {
    return this.#cache.get<T>(this.key(id));
  }

  getMany<T>(ids: readonly string[]): Promise<(T | undefined)[]> {
    return this.#cache.getMany<T>(ids.map((id) => this.key(id)));
  }

  getOrCompute<T>(
    id: string,
    compute: (context: ComputeContext) => Promise<T>,
    options?: GetOptions,
  ): Promise<Outcome<T>> {
    return this.#cache.getOrCompute(this.key(id), compute, this.#narrowed(options));
  }

  set(id: string, value: unknown, options?: SetOptions): Promise<void> {
    return this.#cache.set(this.key(id), value, this.#narrowed(options));
  }

  setMany(
    values: readonly { readonly id: string; readonly value: unknown }[],
    options?: SetOptions,
  ): Promise<void> {
    return this.#cache.setMany(
      values.map(({ id, value }) => ({ key: this.key(id), value })),
      this.#narrowed(options),
    );
  }

  update(id: string, update: Update, options?: AskOptions): Promise<unknown> {
    return this.#cache.update(this.key(id), update, this.#narrowed(options));
  }

  delete(id: string): Promise<boolean> {
    return this.#cache.delete(this.key(id));
  }

  deleteMany(ids: readonly string[]): Promise<boolean[]> {
    return this.#cache.deleteMany(ids.map((id) => this.key(id)));
  }

  /** Makes all of the namespace unreachable. */
  clear(): Promise<Report> {
    return this.#cache.invalidate({ namespace: this.name });
  }

  #narrowed<O extends AskOptions>(options?: O): O & { readonly policy: Policy } {
    const { namespaces } = this.#cache.cache;
    const { agent, policy } = options ?? {};
    const wide =
      policy ??
      (agent === undefined ? namespaces.get(this.name).policy : namespaces.policy(this.name, agent));
    return { ...(options as O), policy: NARROWED[this.kind](wide) };
  }
}
