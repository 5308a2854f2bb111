import { LEVELS } from '../../protocol.ts';

export const TEXT_FIELDS = ['key', 'tag', 'namespace', 'level', 'file', 'text'] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

export const NUMBER_FIELDS = ['size', 'age', 'hits', 'cost'] as const;
export type NumberField = (typeof NUMBER_FIELDS)[number];

export const COMPARISONS = ['>=', '<=', '>', '<', '='] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** One condition on entries; a filter is all of its terms together. */
export type Term =
  | { readonly field: TextField; readonly value: string; readonly negated: boolean }
  | {
      readonly field: NumberField;
      readonly comparison: Comparison;
      /** Bytes of `size`, milliseconds of `age` and `cost`. */
      readonly value: number;
      readonly negated: boolean;
    };

/** What is wrong with a filter, in one sentence. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  /** Of the term or value, counted from 1. */
  readonly position: number;

  constructor(text: string, position: number) {
    super(`At character ${position}: ${text}`);
    this.position = position;
  }
}

export function isTextField(name: string): name is TextField {
  return (TEXT_FIELDS as readonly string[]).includes(name);
}

export function isNumberField(name: string): name is NumberField {
  return (NUMBER_FIELDS as readonly string[]).includes(name);
}

export function isLevel(name: string): boolean {
  return (LEVELS as readonly string[]).includes(name);
}

/** The filter that {@link parseFilter} reads as these terms. */
export function formatFilter(terms: readonly Term[]): string {
  return terms
    .map((term) => {
      const sign = term.negated ? '-' : '';
      if ('comparison' in term)
        return `${sign}${term.field}${term.comparison}${term.value}${UNIT[term.field]}`;
      return `${sign}${term.field}:${quoted(term.value)}`;
    })
    .join(' ');
}

const UNIT: Readonly<Record<NumberField, string>> = { size: 'B', age: 'ms', cost: 'ms', hits: '' };

function quoted(text: string): string {
  return /^[^\s"\\]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
