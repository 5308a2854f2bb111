import { describe, expect, it } from 'vitest';
import { LANGUAGES, type LanguageId } from '../../../src/analysis/languages.ts';
import type { Mention } from '../../../src/analysis/mentions/mentions.ts';
import { openParser } from './built-parser.ts';
import { SAMPLES } from './names-samples.ts';

const parser = openParser();

/** "name 1 declares kind in Outer.inner" with the line from 0. */
async function mentions(language: LanguageId, text: string, ...names: string[]): Promise<string[]> {
  const found = await parser.mentions(language, Buffer.from(text), names);
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  return found.map(({ name, range: { start, end }, declares, within }: Mention) => {
    expect(lines[start.line]?.slice(start.character, end.character)).toBe(name);
    const parts = [`${name} ${start.line}`];
    if (declares) parts.push(`declares ${declares}`);
    if (within) parts.push(`in ${within}`);
    return parts.join(' ');
  });
}

/** Of a declared and a used name in the sample of each language. */
const EXPECTED: Readonly<Record<LanguageId, Readonly<Record<string, readonly string[]>>>> = {
  typescript: {
    Target: ['Target 2 declares class'],
    helper: ['helper 1', 'helper 2 in Target.get'],
    inner: ['inner 2 in Target.get'],
  },
  tsx: { View: ['View 1 declares function'], helper: ['helper 1 in View'] },
  javascript: { target: ['target 3 declares function'], helper: ['helper 3 in target'] },
  python: { run: ['run 4 declares method in Target'], helper: ['helper 5 in Target.run'] },
  go: { Push: ['Push 3 declares method'], helper: ['helper 3 in Stack.Push'] },
  rust: {
    area: ['area 3 declares method in Point'],
    Point: ['Point 2 declares struct', 'Point 3 declares object'],
    helper: ['helper 3 in Point.area'],
  },
  java: { run: ['run 2 declares method in Target'], helper: ['helper 2 in Target.run'] },
  csharp: { Run: ['Run 2 declares method in Target'], helper: ['helper 2 in Target.Run'] },
  cpp: {
    run: ['run 5 declares method'],
    helper: ['helper 3 in TWICE'],
    call: ['call 5 in Target::run'],
  },
  ruby: {
    size: ['size 2 declares property in Target'],
    helper: ['helper 4 in Target.empty?'],
    other: ['other 6 in Target.empty?'],
  },
  php: {
    size: ['size 2 declares property in Target', 'size 3 in Target.run'],
    helper: ['helper 3 in Target.run'],
  },
  bash: { 'my-target': ['my-target 2 declares function'], helper: ['helper 3 in my-target'] },
  css: {
    card: ['card 3 declares class'],
    '--gap-x': ['--gap-x 2 declares variable in :root', '--gap-x 3 in .card, #main > a:hover'],
  },
};

describe.each(LANGUAGES)('%s', (language) => {
  it.each(Object.entries(EXPECTED[language]))('finds where %s stands', async (name, expected) => {
    expect(await mentions(language, SAMPLES[language].text, name)).toEqual(expected);
  });

  it('finds nothing in comments and strings', async () => {
    const hidden = Array.from({ length: 12 }, (_, i) => `hidden${i}`);
    expect(await mentions(language, SAMPLES[language].text, 'HIDDEN', ...hidden)).toEqual([]);
  });
});

it('finds several names in source order, and exactly them', async () => {
  const text = 'class Cache { get() { return got(this.get, gets, get$); } }\r\nCache.got = Cache;';
  expect(await mentions('javascript', text, 'get', 'Cache', 'got')).toEqual([
    'Cache 0 declares class',
    'get 0 declares method in Cache',
    'got 0 in Cache.get',
    'get 0 in Cache.get',
    'Cache 1',
    'got 1',
    'Cache 1',
  ]);
});

it('finds a member that is called like a word of the language', async () => {
  const text = 'class A { delete() { delete this.x; } }\na.delete();';
  expect(await mentions('javascript', text, 'delete')).toEqual(['delete 0 declares method in A', 'delete 1']);
});

it('counts UTF-16 code units, and no byte-order mark', async () => {
  expect(await mentions('typescript', "\uFEFFlet s = '😀', name = s;\rname;", 'name')).toEqual([
    'name 0 declares variable',
    'name 1',
  ]);
});

describe('the identifier at a position', () => {
  const at = async (text: string, line: number, character: number) => {
    const found = await parser.identifierAt('typescript', Buffer.from(text), { line, character });
    return found && `${found.name} ${found.range.start.line}:${found.range.start.character}`;
  };

  it('is the one around it, or the one that ends there', async () => {
    const text = 'x = first+second;\n  third';
    expect(await at(text, 0, 0)).toBe('x 0:0');
    expect(await at(text, 0, 4)).toBe('first 0:4');
    expect(await at(text, 0, 9)).toBe('first 0:4');
    expect(await at(text, 0, 10)).toBe('second 0:10');
    expect(await at(text, 1, 7)).toBe('third 1:2');
  });

  it('is none between names, in comments, strings and keywords, and outside the text', async () => {
    const text = "a + b; // name\nreturn 'name';";
    const places = [
      [0, 2],
      [0, 12],
      [1, 3],
      [1, 10],
      [0, 15],
      [2, 0],
      [9, 9],
    ] as const;
    for (const [line, character] of places) expect(await at(text, line, character)).toBeUndefined();
  });
});
