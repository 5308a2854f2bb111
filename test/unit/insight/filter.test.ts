import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COMPARISONS,
  FilterError,
  formatFilter,
  NUMBER_FIELDS,
  TEXT_FIELDS,
  type Term,
} from '../../../src/insight/entries/filter.ts';
import { parseFilter } from '../../../src/insight/entries/parse-filter.ts';

const text = (field: string, value: string, negated = false) => ({ field, value, negated });

describe('a filter', () => {
  it('is words for the key and conditions on fields', () => {
    const filter =
      'outline namespace:analysis tag:language/typescript level:file size>10KB age<2h hits>=3 cost>50ms file:src/**';
    expect(parseFilter(filter)).toEqual([
      text('key', 'outline'),
      text('namespace', 'analysis'),
      text('tag', 'language/typescript'),
      text('level', 'file'),
      { field: 'size', comparison: '>', value: 10_240, negated: false },
      { field: 'age', comparison: '<', value: 7_200_000, negated: false },
      { field: 'hits', comparison: '>=', value: 3, negated: false },
      { field: 'cost', comparison: '>', value: 50, negated: false },
      text('file', 'src/**'),
    ]);
    expect(parseFilter('  ')).toEqual([]);
  });

  it.each([
    ['analysis:outline:3:src/a.ts', text('key', 'analysis:outline:3:src/a.ts')],
    ['"two words"', text('key', 'two words')],
    ['-key:"a \\"quoted\\" word"', text('key', 'a "quoted" word', true)],
    ['-level:memory', text('level', 'memory', true)],
    ['TAG:x', text('tag', 'x')],
    ['"tag:x"', text('key', 'tag:x')],
    ['-"-x"', text('key', '-x', true)],
    ['hits:0', { field: 'hits', comparison: '=', value: 0, negated: false }],
    ['cost<=1.5s', { field: 'cost', comparison: '<=', value: 1500, negated: false }],
    ['test:1', text('key', 'test:1')],
  ])('reads %s', (filter, term) => {
    expect(parseFilter(filter)).toEqual([term]);
  });

  it.each([
    ['size>10XB', 6, /"10XB" is no size/],
    ['a size>', 8, /is no size/],
    ['outline tga:x', 9, /no field "tga": did you mean tag/],
    ['colour>3', 1, /no field "colour": there are key, tag/],
    ['level:disk', 7, /"disk" is no level/],
    ['tag>x', 1, /"tag" is a text/],
    ['tag:', 5, /tag: needs a value/],
    ['x "never closed', 3, /never closed/],
    ['a"b"', 2, /quote begins in the middle/],
    ['"a"b', 4, /space is missing/],
    ['-', 2, /needs a value/],
    [`key:{${'a,'.repeat(300)}}`, 5, /./],
    ['a '.repeat(51), 101, /50 terms/],
    ['x'.repeat(4001), 4000, /4000 characters/],
  ])('says what is wrong with %s, and where', (filter, position, sentence) => {
    let error: unknown;
    try {
      parseFilter(filter);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(FilterError);
    expect(error).toMatchObject({ position, message: expect.stringMatching(sentence) });
    expect((error as Error).message).toMatch(new RegExp(`^At character ${position}: .+\\.$`));
  });

  it('never throws anything but its own error', () => {
    const pieces = fc.constantFrom(
      'tag',
      'size',
      'level',
      ':',
      '>',
      '>=',
      '"',
      '\\',
      '-',
      ' ',
      '*',
      '{',
      '[',
      ',',
      '10KB',
      'é',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join('')),
        ),
        (filter) => {
          try {
            parseFilter(filter);
          } catch (error) {
            expect(error).toBeInstanceOf(FilterError);
            const { position } = error as FilterError;
            expect(position).toBeGreaterThanOrEqual(1);
            expect(position).toBeLessThanOrEqual(filter.length + 1);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('reads what it writes', () => {
    const word = fc.string({ minLength: 1, maxLength: 30 }).filter((value) => !/[*?{]/.test(value));
    const term: fc.Arbitrary<Term> = fc.oneof(
      fc.record({
        field: fc.constantFrom(...TEXT_FIELDS.filter((field) => field !== 'level')),
        value: word,
        negated: fc.boolean(),
      }),
      fc.record({
        field: fc.constantFrom(...NUMBER_FIELDS),
        comparison: fc.constantFrom(...COMPARISONS),
        value: fc.integer({ min: 0, max: 1e12 }),
        negated: fc.boolean(),
      }),
      fc.record({
        field: fc.constantFrom('age' as const, 'cost' as const),
        comparison: fc.constantFrom(...COMPARISONS),
        value: fc.integer({ min: 0, max: 1e9 }).map((micros) => micros / 1000),
        negated: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(fc.array(term, { maxLength: 20 }), (terms) => {
        expect(parseFilter(formatFilter(terms))).toEqual(terms);
      }),
      { numRuns: 1000 },
    );
  });
});
