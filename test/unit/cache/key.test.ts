import { describe, expect, it } from 'vitest';
import { KeyError, makeKey, namespaceOf } from '../../../src/cache/key.ts';

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
});
