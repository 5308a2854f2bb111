import { digest } from '../cache/digest.ts';
import { makeKey } from '../cache/key.ts';
import { canonicalJson } from '../cache/keys/canonical.ts';
import { segment } from '../cache/keys/segment.ts';
import type { ComputeContext } from './context.ts';
import type { WorkspaceCache } from './workspace-cache.ts';
import type { AskOptions } from './workspace-options.ts';

export interface CachedOptions<A extends readonly unknown[]> extends Omit<AskOptions, 'policy'> {
  /** Names what the function computes, its version included: two functions with one name share their results. */
  readonly name: string;
  /** Namespace of the results; `result` when absent. */
  readonly namespace?: string;
  /** The arguments, or parts of them, that make the key, JSON-like; all of them when absent. */
  readonly key?: (...args: A) => unknown;
}

/** The function, answered from the cache; and what makes the key of a call. */
export interface Cached<A extends readonly unknown[], R> {
  (...args: A): Promise<R>;
  keyOf(...args: A): string;
  /** Makes the result of one call unreachable. */
  forget(...args: A): Promise<boolean>;
}

/**
 * Wraps a function so that calls with the same key are computed once. Its results rest on nothing but
 * their lifetime and tags: for one that reads files see {@link cachedWithContext}. A call rejects with
 * a KeyError when its arguments make no key, and with what the function throws.
 *
 * @example
 * const fetchIssue = cached(cache, (id: number) => api.issue(id), { name: 'issue:1', ttlMs: 60_000 });
 */
export function cached<A extends readonly unknown[], R>(
  cache: WorkspaceCache,
  compute: (...args: A) => Promise<R> | R,
  options: CachedOptions<A>,
): Cached<A, R> {
  return cachedWithContext<A, R>(cache, (_context, ...args) => compute(...args), options);
}

/**
 * The same for a function that asks its context for what it needs: that is what its results depend on.
 *
 * @example
 * const countLines = cachedWithContext(cache, async (context, file: string) =>
 *   (await context.readFile(file))?.text().split('\n').length ?? 0, { name: 'lines:1' });
 */
export function cachedWithContext<A extends readonly unknown[], R>(
  cache: WorkspaceCache,
  compute: (context: ComputeContext, ...args: A) => Promise<R> | R,
  options: CachedOptions<A>,
): Cached<A, R> {
  const { name, namespace = 'result', key, ...ask } = options;
  const named = segment('name', name);
  const keyOf = (...args: A) =>
    makeKey(namespace, named, digest(canonicalJson(key ? key(...args) : args, 'arguments')));
  const call = async (...args: A): Promise<R> => {
    const run = async (context: ComputeContext) => compute(context, ...args);
    return (await cache.getOrCompute<R>(keyOf(...args), run, ask)).value;
  };
  return Object.assign(call, { keyOf, forget: (...args: A) => cache.delete(keyOf(...args)) });
}
