import type { Analysis } from './analysis.ts';

/**
 * Version of an analysis that asks others: its own `rules`, raised when they give another result, and
 * theirs. A sum, for versions only grow: raising any of them gives one that there has not been.
 */
export function versionOver(
  rules: number,
  ...asked: readonly Pick<Analysis<never, unknown>, 'version'>[]
): number {
  return asked.reduce((sum, { version }) => sum + version, rules * 1_000_000_000);
}
