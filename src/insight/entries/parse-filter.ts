import { compileGlob } from '../../freshness/glob.ts';
import {
  COMPARISONS,
  FilterError,
  isLevel,
  isNumberField,
  isTextField,
  NUMBER_FIELDS,
  type NumberField,
  TEXT_FIELDS,
  type Term,
  type TextField,
} from './filter.ts';
import { quantity } from './quantity.ts';

const LONGEST = 4000;
const MOST_TERMS = 50;

const FIELDS: readonly string[] = [...TEXT_FIELDS, ...NUMBER_FIELDS];

interface Value {
  readonly text: string;
  /** Where the next term may begin. */
  readonly end: number;
}

/** Reads a filter, see docs/explorer.md. Throws {@link FilterError} and nothing else. */
export function parseFilter(filter: string): readonly Term[] {
  if (filter.length > LONGEST)
    throw new FilterError(`A filter has ${LONGEST} characters at the most.`, LONGEST);
  const terms: Term[] = [];
  for (let at = skipSpace(filter, 0); at < filter.length; at = skipSpace(filter, at)) {
    if (terms.length === MOST_TERMS)
      throw new FilterError(`A filter has ${MOST_TERMS} terms at the most.`, at + 1);
    const negated = filter[at] === '-';
    const { term, end } = parseTerm(filter, negated ? at + 1 : at, negated);
    terms.push(term);
    at = end;
  }
  return terms;
}

function parseTerm(
  filter: string,
  start: number,
  negated: boolean,
): { readonly term: Term; readonly end: number } {
  const [head = '', word = '', sign = ''] = HEAD.exec(filter.slice(start)) ?? [];
  const name = word.toLowerCase();
  const at = start + head.length;
  if (isNumberField(name)) return numberTerm(filter, name, sign, at, negated);
  if (isTextField(name)) {
    if (sign !== ':' && sign !== '=') {
      throw new FilterError(
        `"${name}" is a text and cannot be compared with "${sign}": write ${name}:….`,
        start + 1,
      );
    }
    return textTerm(filter, name, at, negated);
  }
  // Keys have colons too: what is before one need not be a field.
  const meant = FIELDS.find((field) => isNear(field, name));
  if (meant !== undefined || (sign !== '' && sign !== ':')) {
    const there = meant === undefined ? `there are ${FIELDS.join(', ')}` : `did you mean ${meant}`;
    throw new FilterError(`There is no field "${word}": ${there}; quote what is no field.`, start + 1);
  }
  return textTerm(filter, 'key', start, negated);
}

function textTerm(filter: string, field: TextField, at: number, negated: boolean) {
  const { text: value, end } = valueAt(filter, at);
  if (value === '') throw new FilterError(`${field}: needs a value after it.`, at + 1);
  if (field === 'level' && !isLevel(value)) {
    throw new FilterError(`"${value}" is no level: write memory, file or shared.`, at + 1);
  }
  if (isGlob(value)) {
    try {
      compileGlob(value);
    } catch (error) {
      throw new FilterError((error as Error).message, at + 1);
    }
  }
  return { term: { field, value, negated }, end };
}

function numberTerm(filter: string, field: NumberField, sign: string, at: number, negated: boolean) {
  const { text, end } = valueAt(filter, at);
  const value = quantity(field, text);
  if (typeof value === 'string') throw new FilterError(value, at + 1);
  const comparison = COMPARISONS.find((one) => one === sign) ?? '=';
  return { term: { field, comparison, value, negated }, end };
}

/** Up to the next space, or between quotes, in which `\` takes the next character as it is. */
function valueAt(filter: string, start: number): Value {
  if (filter[start] !== '"') {
    const text = /^[^\s"]*/.exec(filter.slice(start))?.[0] ?? '';
    const end = start + text.length;
    if (filter[end] === '"')
      throw new FilterError('A quote begins in the middle of a word: quote all of it.', end + 1);
    return { text, end };
  }
  let text = '';
  for (let at = start + 1; at < filter.length; at++) {
    const char = filter[at] as string;
    if (char === '"') {
      const next = filter[at + 1];
      if (next !== undefined && !/\s/.test(next))
        throw new FilterError('A space is missing after the quote.', at + 2);
      return { text, end: at + 1 };
    }
    if (char !== '\\') text += char;
    else if (at + 1 < filter.length) text += filter[++at];
  }
  throw new FilterError('This quote is never closed.', start + 1);
}

/** Whether a text is to match as a pattern. */
export function isGlob(text: string): boolean {
  return /[*?{]/.test(text);
}

/** Equal but for one character that is missing, too much, or has changed places with the next. */
function isNear(field: string, name: string): boolean {
  let same = 0;
  while (same < field.length && field[same] === name[same]) same++;
  const [a, b] = [field.slice(same), name.slice(same)];
  if (a.slice(1) === b || a === b.slice(1)) return true;
  return a.length > 1 && a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
}

function skipSpace(filter: string, start: number): number {
  let at = start;
  while (at < filter.length && /\s/.test(filter[at] as string)) at++;
  return at;
}

/** A field with what follows it. */
const HEAD = /^([a-z]+)(>=|<=|>|<|=|:)/i;
