import type { Matcher } from './matching.ts';

/** Finds nothing: only the very same question is answered from the cache. */
export const NO_MATCHER: Matcher = {
  find: async () => ({ suggestions: [] }),
  add: () => {},
  remove: () => {},
};
