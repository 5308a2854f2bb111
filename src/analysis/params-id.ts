import { canonicalJson } from '../cache/keys/canonical.ts';
import type { Analysis } from './analysis.ts';

/**
 * The id of parameters that are an object: their canonical JSON without what says nothing, that is
 * values equal to their default, empty lists, and the order and repetition of a list's members.
 */
export function paramsId<P extends object>(
  defaults: Partial<P> = {},
): Pick<Analysis<P, unknown>, 'id' | 'paramsOf'> {
  return {
    id: (params) => {
      const telling = Object.entries(params).flatMap(([name, value]): [string, unknown][] => {
        const set: unknown = Array.isArray(value) ? [...new Set(value)].sort() : value;
        const silent = value === (defaults as Record<string, unknown>)[name];
        return silent || (Array.isArray(set) && set.length === 0) ? [] : [[name, set]];
      });
      return canonicalJson(Object.fromEntries(telling), 'parameters');
    },
    paramsOf: (id) => parsed(id) as P,
  };
}

/** The id of a long one ends in a hash: it tells nothing, and its parameters are refused. */
function parsed(id: string): unknown {
  try {
    return JSON.parse(id);
  } catch {
    return undefined;
  }
}
