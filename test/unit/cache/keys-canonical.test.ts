import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyError } from '../../../src/cache/key.ts';
import { canonicalJson } from '../../../src/cache/keys/canonical.ts';

/** Any text, also with halves of characters, and with what is escaped. */
const text = fc.string({ unit: 'binary', maxLength: 8 });
const units = fc
  .array(fc.constantFrom(0xd800, 0xdc00, 0x22, 0x5c, 0x61, 0xe9, 0x301, 0x2028, 0), { maxLength: 5 })
  .map((codes) => String.fromCharCode(...codes));
const value = fc.jsonValue({ maxDepth: 4 }).chain((json) => fc.oneof(fc.constant(json), units, text));

describe('the canonical text of a value', () => {
  it('is what RFC 8785 has in its examples', () => {
    const numbers = [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001];
    const string = '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/';
    expect(canonicalJson({ numbers, string, literals: [null, true, false] })).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const members = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    const canonical = canonicalJson(Object.fromEntries(members.map((name) => [name, 1])));
    expect([...canonical.matchAll(/"(.*?)":/g)].map(([, name]) => JSON.parse(`"${name}"`))).toEqual(sorted);
  });

  it('leaves out members that are null or undefined, at any depth, and keeps the places of an array', () => {
    expect(canonicalJson({ b: { c: null, d: [null, undefined, 1] }, a: undefined })).toBe(
      '{"b":{"d":[null,null,1]}}',
    );
    expect(canonicalJson([1, null, 2])).not.toBe(canonicalJson([1, 2]));
    expect([canonicalJson(null), canonicalJson(undefined)]).toEqual(['null', 'null']);
  });

  it('takes a Date as its ISO text, -0 as 0, and strings as they are', () => {
    expect(canonicalJson([new Date(0), -0])).toBe('["1970-01-01T00:00:00.000Z",0]');
    expect(canonicalJson('e\u0301')).not.toBe(canonicalJson('\u00e9'));
  });

  it('takes objects without a prototype, of another realm, and with members of any name', () => {
    const bare = Object.assign(Object.create(null), { a: 1 });
    expect(canonicalJson(bare)).toBe('{"a":1}');
    expect(canonicalJson(runInNewContext('({ a: [1] })'))).toBe('{"a":[1]}');
    expect(canonicalJson(JSON.parse('{"__proto__":{"x":1},"constructor":2}'))).toBe(
      '{"__proto__":{"x":1},"constructor":2}',
    );
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [String(30 - index), 1]));
    const names = Object.keys(JSON.parse(canonicalJson({ x: many }).replaceAll(/"(\d+)"/g, '"n$1"')).x);
    expect(names).toEqual(
      Object.keys(many)
        .map((name) => `n${name}`)
        .sort(),
    );
  });

  it('is read as the value without what was left out, so different values have different texts', () => {
    fc.assert(
      fc.property(value, (some) => {
        expect(JSON.parse(canonicalJson(some))).toEqual(withoutNulls(some));
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(value, fc.infiniteStream(fc.nat()), (some, random) => {
        expect(canonicalJson(shuffled(some, random))).toBe(canonicalJson(some));
      }),
    );
  });

  class Point {
    x = 1;
  }
  const cycle: Record<string, unknown> = { a: [] };
  (cycle.a as unknown[]).push(cycle);
  const deep = (depth: number): unknown => (depth === 0 ? 1 : [deep(depth - 1)]);

  it.each<[unknown, string]>([
    [{ a: [1, Number.NaN] }, 'params.a[1]: NaN has no place in a key.'],
    [Number.NEGATIVE_INFINITY, 'params: -Infinity has no place in a key.'],
    [{ a: 1n }, 'params.a: a bigint has no place in a key.'],
    [{ a: () => 1 }, 'params.a: a function has no place in a key.'],
    [{ toJSON: () => 1 }, 'params.toJSON: a function has no place in a key.'],
    [[Symbol('s')], 'params[0]: a symbol has no place in a key.'],
    [{ [Symbol('s')]: 1 }, 'params: a symbol has no place in a key.'],
    [{ m: new Map() }, 'params.m: an instance of Map has no place in a key.'],
    [{ s: new Set([1]) }, 'params.s: an instance of Set has no place in a key.'],
    [[{ p: new Point() }], 'params[0].p: an instance of Point has no place in a key.'],
    [Buffer.from('x'), 'params: an instance of Buffer has no place in a key.'],
    [Object.create({ constructor: 5, a: 1 }), 'params: an instance of a class has no place in a key.'],
    [new Date(Number.NaN), 'params: an invalid Date has no place in a key.'],
    [cycle, 'params.a[0]: the value contains itself.'],
    [deep(101), 'there are more than 100 values within each other.'],
    [
      'x'.repeat(1_000_000),
      'params: the input of a key is longer than 1000000 characters: pass an id or a hash of it.',
    ],
    [{ a: 'x'.repeat(600_000), b: ['y'.repeat(600_000)] }, 'params.b[0]: the input of a key is longer than'],
    [new Array(2 ** 32 - 1), 'the input of a key is longer than'],
  ])('%# is refused with its place', (some, message) => {
    expect(() => canonicalJson(some, 'params')).toThrow(message);
    expect(() => canonicalJson(some, 'params')).toThrow(KeyError);
  });

  it('has bounds that count what is left out, too', () => {
    expect(canonicalJson('x'.repeat(999_998))).toHaveLength(1_000_000);
    expect(canonicalJson(deep(100))).toHaveLength(201);
    const nulls = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, null]));
    expect(() => canonicalJson(Array.from({ length: 11 }, () => nulls))).toThrow('longer than');
  });

  it('is also there for a value that occurs twice without containing itself', () => {
    const twice = { a: 1 };
    expect(canonicalJson([twice, twice])).toBe('[{"a":1},{"a":1}]');
  });
});

function withoutNulls(some: unknown): unknown {
  if (Array.isArray(some)) return some.map(withoutNulls);
  if (typeof some === 'number') return some + 0;
  if (typeof some !== 'object' || some === null) return some;
  const members = Object.entries(some).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}

function shuffled(some: unknown, random: Iterator<number>): unknown {
  if (Array.isArray(some)) return some.map((item) => shuffled(item, random));
  if (typeof some !== 'object' || some === null) return some;
  const members = Object.entries(some).map(([name, member]) => [name, shuffled(member, random)] as const);
  const order = new Map(members.map((member) => [member, random.next().value as number]));
  return Object.fromEntries(members.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)));
}
