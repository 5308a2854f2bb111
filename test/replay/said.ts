import { isDeepStrictEqual } from 'node:util';
import { AnalysisError } from '../../src/analysis/analysis.ts';

/** What was answered to a question: a value, or why there is none. */
export type Said = { readonly value: unknown } | { readonly refused: string };

/** Of an error that came instead of a value; one that is not meant for the caller says nothing to compare. */
export function refusal(error: unknown): { readonly refused: string } {
  return { refused: error instanceof AnalysisError ? error.message : `no answer (${nameOf(error)})` };
}

export function isSame(one: Said, other: Said): boolean {
  return isDeepStrictEqual(one, other);
}

/** The first place where two values differ, in words. */
export function difference(cached: unknown, fresh: unknown, at = ''): string {
  if (isRecord(cached) && isRecord(fresh)) {
    for (const name of new Set([...Object.keys(cached), ...Object.keys(fresh)])) {
      if (!isDeepStrictEqual(cached[name], fresh[name]))
        return difference(cached[name], fresh[name], `${at}.${name}`);
    }
  }
  return `${at || '(all)'} is ${shown(cached)}, fresh ${shown(fresh)}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
