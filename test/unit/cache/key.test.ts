import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyError, makeKey, namespaceOf, opaqueKey } from '../../../src/cache/key.ts';

describe('a key', () => {
  it('is its namespace and its parts, readable', () => {
    expect(makeKey('analysis', 'outline', '1', 'src/a.ts')).toBe('analysis:outline:1:src/a.ts');
    expect(namespaceOf('analysis:outline:1:src/a.ts')).toBe('analysis');
  });

  it('is hashed past 200 characters, and differs where the parts differ', () => {
    const long = 'x'.repeat(300);
    const key = makeKey('analysis', long);
    expect(key.length).toBeLessThan(170);
    expect(makeKey('analysis', long)).toBe(key);
    expect(makeKey('analysis', `${long}y`)).not.toBe(key);
  });

  it('is the same in every process and version', () => {
    const digest = 'qS79ghCTc-WPmiBW3uAegH';
    expect(makeKey('analysis', 'a'.repeat(201))).toBe(`analysis:${'a'.repeat(120)}~${digest}`);
  });

  it.each([
    ['Analysis', 'no namespace'],
    ['', 'no namespace'],
    ['a b', 'no namespace'],
  ])('refuses the namespace "%s"', (namespace, message) => {
    expect(() => makeKey(namespace, 'x')).toThrow(message);
  });

  it('refuses an empty id, a key without one, and content passed as an id', () => {
    expect(() => makeKey('analysis', '')).toThrow(KeyError);
    expect(() => namespaceOf('analysis')).toThrow('expected "namespace:id"');
    expect(() => namespaceOf(':x')).toThrow(KeyError);
    expect(() => makeKey('analysis', 'x'.repeat(1_000_001))).toThrow('too long');
  });

  it('differs where the ids differ, also from an id that looks like a hashed one', () => {
    const hashed = makeKey('analysis', 'a'.repeat(201));
    expect(makeKey('analysis', hashed.slice('analysis:'.length))).not.toBe(hashed);
    const ending = fc.constantFrom('', `~${'A'.repeat(22)}`, '\ud800', '\udfff', '\ufffd', '\u{1F600}');
    const ids = fc
      .tuple(fc.constantFrom(1, 119, 120, 180, 201), fc.constantFrom('a', '\u{1F600}', '~'), ending)
      .map(([length, text, end]) => text.repeat(length) + end);
    fc.assert(
      fc.property(ids, ids, (a, b) => {
        expect(makeKey('analysis', a) === makeKey('analysis', b)).toBe(a === b);
      }),
      { numRuns: 500 },
    );
  });

  it('holds whole characters only, so that every store gives back the key that it was given', () => {
    for (const id of ['\ud800', `${'a'.repeat(119)}${'\u{1F600}'.repeat(99)}`, 'a\udc00b'.repeat(99)]) {
      const key = makeKey('analysis', id);
      expect(Buffer.from(key).toString()).toBe(key);
    }
  });
});

describe('an opaque key', () => {
  it('shows nothing of its parts, however short they are', () => {
    const key = opaqueKey('session', 'alice@example.com', '1');
    expect(key).toBe('session:~_Ka6RMnUW7yBU-zM4pmq0A');
    expect(namespaceOf(key)).toBe('session');
  });

  it('differs where the parts differ, however they are joined, and from any key that is not opaque', () => {
    const parts = fc.array(fc.string({ unit: fc.constantFrom(':', 'a', '"', '\ud800', '\ufffd') }), {
      minLength: 1,
      maxLength: 3,
    });
    expect(opaqueKey('session', 'a:b')).not.toBe(opaqueKey('session', 'a', 'b'));
    expect(opaqueKey('session', '\ud800')).not.toBe(opaqueKey('session', '\ufffd'));
    const usable = parts.filter((some) => some.join(':') !== '');
    fc.assert(
      fc.property(usable, usable, (a, b) => {
        expect(opaqueKey('session', ...a) === opaqueKey('session', ...b)).toBe(
          JSON.stringify(a) === JSON.stringify(b),
        );
        expect(makeKey('session', opaqueKey('session', ...a).slice('session:'.length))).not.toBe(
          opaqueKey('session', ...a),
        );
        expect(makeKey('session', ...a)).not.toBe(opaqueKey('session', ...b));
      }),
    );
  });

  it('refuses what the others refuse', () => {
    expect(() => opaqueKey('Session', 'x')).toThrow('no namespace');
    expect(() => opaqueKey('session')).toThrow('needs an id');
    expect(() => opaqueKey('session', 'x'.repeat(1_000_001))).toThrow('too long');
  });
});
