import type { SelectorInput } from '../../freshness/selector.ts';

/**
 * What people type to name keys by a pattern: `/…/` is a regular expression, `/…/i` one that ignores
 * case, everything else a glob. Undefined while a regular expression has no end yet.
 */
export function patternSelector(typed: string): SelectorInput | undefined {
  if (!typed.startsWith('/')) return { pattern: typed };
  const [, source, ignoreCase] = /^\/(.+)\/(i?)$/s.exec(typed) ?? [];
  if (source === undefined) return undefined;
  return { regex: ignoreCase ? `(?i)${source}` : source };
}
