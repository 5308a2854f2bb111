import { LRUCache } from 'lru-cache';
import type { Entry } from '../../cache/entry.ts';
import type { Miss } from '../../cache/guard.ts';
import { namespaceOf } from '../../cache/key.ts';
import { NamespaceMisses } from './namespace-misses.ts';

const MOST_NAMESPACES = 200;
/** Expired entries and parameters of keys that are remembered. */
const MOST_EXPIRED = 2048;
const MOST_TOLD = 1000;

/** What misses have in common: seen as they happen, bounded, for advice to rest on. */
export class MissFacts {
  readonly #now: () => number;
  readonly #namespaces = new Map<string, NamespaceMisses>();
  readonly #expired = new LRUCache<string, { readonly createdAt: number; readonly expiresAt: number }>({
    max: MOST_EXPIRED,
  });
  readonly #told = new LRUCache<string, Readonly<Record<string, unknown>>>({ max: MOST_TOLD });

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The parameters of which a hashed key was made. */
  told(key: string, params: Readonly<Record<string, unknown>>): void {
    this.#told.set(key, params);
  }

  left({ key, createdAt, expiresAt }: Entry<unknown>, { reason }: Miss): void {
    if (reason === 'expired') this.#expired.set(key, { createdAt, expiresAt });
  }

  missed(key: string, miss: Miss): void {
    const namespace = this.#of(namespaceOf(key));
    if (!namespace) return;
    namespace.count(key, miss);
    const expired = miss.reason === 'expired' ? this.#expired.get(key) : undefined;
    if (!expired) return;
    this.#expired.delete(key);
    const { createdAt, expiresAt } = expired;
    namespace.reused({ neededMs: this.#now() - createdAt, lifetimeMs: expiresAt - createdAt });
  }

  of(namespace: string): NamespaceMisses {
    return this.#namespaces.get(namespace) ?? NONE;
  }

  paramsTold(key: string): Readonly<Record<string, unknown>> | undefined {
    return this.#told.get(key);
  }

  #of(name: string): NamespaceMisses | undefined {
    const known = this.#namespaces.get(name);
    if (known || this.#namespaces.size >= MOST_NAMESPACES) return known;
    const namespace = new NamespaceMisses();
    this.#namespaces.set(name, namespace);
    return namespace;
  }
}

const NONE = new NamespaceMisses();
