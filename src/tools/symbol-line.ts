import type { FoundSymbol } from '../analysis/symbols/found-symbol.ts';

/** `src/cache.ts:12 method Cache.get`, the line counted from 1. */
export function symbolLine({ path, range, kind, within, name }: FoundSymbol): string {
  return `${path}:${range.start.line + 1} ${kind} ${within === undefined ? '' : `${within}.`}${name}`;
}
