import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonText } from '../../../src/tools/json-text.ts';

it('a JSON value is its JSON text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(jsonText({ value })).toBe(JSON.stringify({ value }));
    }),
  );
});

const cycle: Record<string, unknown> = {};
cycle.self = cycle;

it.each([
  ['a Map', new Map([[1, 2]])],
  ['a Set', new Set([1])],
  ['bytes', Buffer.from('abc')],
  ['a typed array', new Float64Array(2)],
  ['a Date', new Date(0)],
  ['a bigint', 1n],
  ['NaN', Number.NaN],
  ['an infinity', Number.NEGATIVE_INFINITY],
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
  ['an instance of a class', new (class Own {})()],
  ['a cycle', cycle],
])('what would come back from JSON as another value has none: %s', (_, value) => {
  for (const body of [{ value }, { value: { deep: [value] } }]) expect(jsonText(body)).toBeUndefined();
});

it('a member that is undefined is left out, as it is when it is read', () => {
  expect(jsonText({ value: { a: undefined, b: 1 } })).toBe('{"value":{"b":1}}');
});
