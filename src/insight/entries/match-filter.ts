import type { Entry } from '../../cache/entry.ts';
import { compileGlob } from '../../freshness/glob.ts';
import type { Stamp } from '../../freshness/stamp.ts';
import type { Comparison, NumberField, Term, TextField } from './filter.ts';
import { isGlob } from './parse-filter.ts';

type Shown = Entry<Stamp>;
type Matches = (entry: Shown) => boolean;

/** Whether an entry fits all terms; ages are those at `now`, ms since the epoch. */
export function matcher(terms: readonly Term[], now: number): Matches {
  const all = terms.map((term) => {
    const matches = 'comparison' in term ? number(term, now) : TEXTS[term.field](term.value);
    return term.negated ? (entry: Shown) => !matches(entry) : matches;
  });
  return (entry) => all.every((matches) => matches(entry));
}

const NUMBERS: Readonly<Record<NumberField, (entry: Shown, now: number) => number>> = {
  size: ({ bytes }) => bytes,
  age: ({ createdAt }, now) => now - createdAt,
  hits: ({ hits }) => hits,
  cost: ({ costMs }) => costMs,
};

const COMPARE: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '=': (a, b) => a === b,
};

function number({ field, comparison, value }: Term & { field: NumberField }, now: number): Matches {
  const [of, compare] = [NUMBERS[field], COMPARE[comparison]];
  return (entry) => compare(of(entry, now), value);
}

const TEXTS: Readonly<Record<TextField, (value: string) => Matches>> = {
  key: (value) => {
    const matches = isGlob(value) ? compileGlob(value) : contains(value);
    return ({ key }) => matches(key);
  },
  tag: (value) => {
    const matches = named(value);
    return ({ stamp }) => stamp.marks.lineages.some(matches);
  },
  namespace: (value) => {
    const matches = named(value);
    return ({ namespace }) => matches(namespace.name);
  },
  level: (value) => {
    if (value === 'memory') return ({ inMemory }) => inMemory;
    return value === 'file' ? ({ inFile }) => inFile : ({ inShared }) => inShared;
  },
  file: (value) => {
    const folder = value.endsWith('/') ? value : `${value}/`;
    const matches = isGlob(value)
      ? compileGlob(value)
      : (path: string) => path === value || path.startsWith(folder);
    return ({ stamp }) =>
      stamp.dependencies.some((one) => 'path' in one && one.on !== 'names' && matches(one.path));
  },
  text: (value) => {
    const matches = contains(value);
    return ({ key, stamp: { marks, dependencies } }) =>
      matches(key) ||
      marks.tags.some(matches) ||
      marks.topics.some(matches) ||
      dependencies.some((one) => 'path' in one && matches(one.path));
  },
};

function named(value: string): (name: string) => boolean {
  return isGlob(value) ? compileGlob(value) : (name) => name === value;
}

/** Whatever the case of the letters. */
function contains(value: string): (text: string) => boolean {
  const wanted = value.toLowerCase();
  return (text) => text.toLowerCase().includes(wanted);
}
