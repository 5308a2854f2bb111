import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { compileGlob, GlobError } from '../../../src/freshness/glob.ts';

describe('a glob over keys', () => {
  it.each([
    ['analysis:outline:*', 'analysis:outline:1:src/a.ts', true],
    ['analysis:outline', 'analysis:outline:1:src/a.ts', false],
    ['*', '', true],
    ['*:src/*.ts', 'analysis:outline:1:src/deep/a.ts', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['[a-c]x[!0-9]', 'bxy', true],
    ['[a-c]x[!0-9]', 'bx5', false],
    ['{a,b}{1,2}', 'b1', true],
    ['{a,{b,c}}d', 'cd', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['a{b', 'a{b', true],
    ['[', '[', true],
    ['', '', true],
  ])('%s on %s is %s', (pattern, key, expected) => {
    expect(compileGlob(pattern)(key)).toBe(expected);
  });

  it('agrees with a well-known implementation', () => {
    const part = fc.constantFrom('a', 'b', '*', '?', 'ab', ':', '{a,b}', '{ab,b}', '[ab]');
    const pattern = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));
    const key = fc.array(fc.constantFrom('a', 'b', ':'), { maxLength: 8 }).map((chars) => chars.join(''));
    const nothingOdd = (text: string) => text !== '' && !text.includes('**');
    fc.assert(
      fc.property(pattern.filter(nothingOdd), key.filter(nothingOdd), (p, k) => {
        const peer = picomatch(p, {
          dot: true,
          bash: true,
          noextglob: true,
          nonegate: true,
          strictSlashes: true,
        });
        expect([p, k, compileGlob(p)(k)]).toEqual([p, k, peer(k)]);
      }),
      { numRuns: 2000 },
    );
  });

  it('looks at each character of the key once a star at the most', () => {
    let looks = 0;
    const counted: ProxyHandler<object> = {
      get(target, name) {
        if (typeof name === 'string' && /^\d+$/.test(name)) looks++;
        return Reflect.get(target, name, target);
      },
    };
    const key = new Proxy(Object('a'.repeat(200)), counted) as unknown as string;
    expect(compileGlob('*a*a*a*a*a*a*a*a*b')(key)).toBe(false);
    expect(looks).toBeLessThan(200 * 20);
  });

  it('refuses what would take forever to write out', () => {
    expect(() => compileGlob('{a,b}'.repeat(20))).toThrow(GlobError);
    expect(() => compileGlob('x'.repeat(5000))).toThrow('4096');
  });
});
