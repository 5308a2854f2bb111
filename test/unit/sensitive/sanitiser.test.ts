import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSanitiser, type Sanitiser } from '../../../src/cache/sensitive/sanitiser.ts';
import { temporaryFolder } from '../stores/worker.ts';
import { buildWorker } from './built-worker.ts';
import { Random } from './random.ts';
import { SECRET_KINDS } from './secret-kinds.ts';

const random = new Random(11);
const github = `gh${'p_'}${random.word(36)}`;
const gitlab = `gl${'pat-'}${random.word(20)}`;
const npm = `np${'m_'}${random.word(36)}`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let sanitiser: Sanitiser;
const problems: Error[] = [];
beforeAll(async () => {
  folder = await temporaryFolder();
  const { worker } = await buildWorker(folder.folder);
  sanitiser = createSanitiser({ worker, onProblem: (error) => problems.push(error) });
});
beforeEach(() => {
  problems.length = 0;
});
afterAll(async () => {
  await sanitiser.close();
  await folder.remove();
});

const clean = async (value: unknown) => (await sanitiser.sanitise(value)).value;

describe('a sanitised value', () => {
  it('has a mark in place of each secret and tells where it was', async () => {
    const { value, found } = await sanitiser.sanitise({
      env: { TOKEN: `a ${github} b`, PORT: '80' },
      lines: ['x', gitlab],
      seen: new Map([['last key', npm]]),
    });
    expect(value).toEqual({
      env: { TOKEN: 'a [redacted: github-token] b', PORT: '80' },
      lines: ['x', '[redacted: gitlab-personal-access-token]'],
      seen: new Map([['last key', '[redacted: npm-access-token]']]),
    });
    expect(found).toEqual(
      expect.arrayContaining([
        { rule: 'github-token', path: '$.env.TOKEN' },
        { rule: 'gitlab-personal-access-token', path: '$.lines[1]' },
        { rule: 'npm-access-token', path: '$.seen["last key"]' },
      ]),
    );
    expect(found).toHaveLength(3);
  });

  it('is the value itself when nothing was found', async () => {
    const value = { a: ['b', { c: new Set(['d']) }], e: 1, f: null, g: undefined, h: 2n, i: new Date(0) };
    const sanitised = await sanitiser.sanitise(value);
    expect(sanitised.value).toBe(value);
    expect(sanitised.found).toEqual([]);
    for (const simple of [null, undefined, 7, true, 'text', '']) expect(await clean(simple)).toBe(simple);
  });

  it('shares what had no secret and leaves the original as it was', async () => {
    const value = { kept: { deep: ['a'] }, changed: { token: github, kept: ['b'] } };
    const before = structuredClone(value);
    const copy = (await clean(value)) as typeof value;
    expect(value).toEqual(before);
    expect(copy.kept).toBe(value.kept);
    expect(copy.changed.kept).toBe(value.changed.kept);
    expect(copy.changed.token).toBe('[redacted: github-token]');
  });

  it('is frozen or not like any other value', async () => {
    const value = Object.freeze({ list: Object.freeze([github, 1]) });
    expect(await clean(value)).toEqual({ list: ['[redacted: github-token]', 1] });
  });

  it('has its cycles', async () => {
    interface Ring {
      token: string;
      self?: Ring;
      all?: Set<Ring>;
    }
    const ring: Ring = { token: github };
    ring.self = ring;
    ring.all = new Set([ring]);
    const copy = (await clean({ ring })) as { ring: Ring };
    expect(copy.ring.token).toBe('[redacted: github-token]');
    expect(copy.ring.self).toBe(copy.ring);
    expect([...(copy.ring.all ?? [])]).toEqual([copy.ring]);
    expect(ring.token).toBe(github);
  });

  it('has a part that is used twice still once', async () => {
    const shared = { token: github };
    const copy = (await clean({ a: { shared }, b: [shared] })) as { a: { shared: unknown }; b: unknown[] };
    expect(copy.a.shared).toEqual({ token: '[redacted: github-token]' });
    expect(copy.b[0]).toBe(copy.a.shared);
  });

  it('may be nested deeper than the stack', async () => {
    let value: unknown = github;
    for (let i = 0; i < 50_000; i++) value = [value];
    let copy = await clean(value);
    while (Array.isArray(copy)) copy = copy[0];
    expect(copy).toBe('[redacted: github-token]');
  });

  it('has no secret in names and keys, and keeps names apart', async () => {
    const other = `gh${'p_'}${random.word(36)}`;
    const { value, found } = await sanitiser.sanitise({
      [github]: 1,
      [other]: 2,
      plain: 3,
      map: new Map([[gitlab, 'x']]),
    });
    expect(value).toEqual({
      '[redacted: github-token]': 1,
      '[redacted: github-token] 2': 2,
      plain: 3,
      map: new Map([['[redacted: gitlab-personal-access-token]', 'x']]),
    });
    expect(JSON.stringify(found)).not.toMatch(/ghp|glpat/);
  });

  it('keeps an own property that is called __proto__', async () => {
    const value = JSON.parse(`{"__proto__": {"token": "${github}"}}`);
    const copy = await clean(value);
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"token":"[redacted: github-token]"}}');
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it('has no secret that is known by the name of its property only', async () => {
    const secret = random.base64(40);
    expect(
      await clean({
        aws: { secretAccessKey: secret },
        headers: { authorization: `Bearer ${random.word(30)}1` },
      }),
    ).toEqual({
      aws: { secretAccessKey: '[redacted: aws-secret-access-key]' },
      headers: { authorization: 'Bearer [redacted: authorization-header]' },
    });
  });

  it('has none that is spread over lines in an array or under names, which stay', async () => {
    const [first, last] = [`-----BEGIN ${'PRIVATE KEY-----'}`, `-----END ${'PRIVATE KEY-----'}`];
    const body = [random.base64(64), random.base64(64)];
    expect(await clean(['a', first, '', ...body, last, 'b'])).toEqual([
      'a',
      '[redacted: private-key]',
      '',
      ...Array(3).fill('[redacted: private-key]'),
      'b',
    ]);
    expect(await clean({ l1: first, l2: body[0], l3: body[1], l4: last, l5: 'b' })).toEqual({
      l1: '[redacted: private-key]',
      l2: '[redacted: private-key]',
      l3: '[redacted: private-key]',
      l4: '[redacted: private-key]',
      l5: 'b',
    });
    const lines = ['a', first, ...body, last, 'b'].map((text, line) => ({ line, text }));
    expect(((await clean({ lines })) as { lines: typeof lines }).lines.map(({ text }) => text)).toEqual([
      'a',
      ...Array(4).fill('[redacted: private-key]'),
      'b',
    ]);
  });

  it('has none in bytes that are text, of whatever type, and leaves binary data alone', async () => {
    const text = `größe=${github}\n`;
    const redacted = 'größe=[redacted: github-token]\n';
    expect(await clean(Buffer.from(text))).toEqual(Buffer.from(redacted));
    const array = (await clean(new Uint8Array(Buffer.from(text)))) as Uint8Array;
    expect(array.constructor).toBe(Uint8Array);
    expect(Buffer.from(array).toString()).toBe(redacted);
    const whole = (await clean(new Uint8Array(Buffer.from(text)).buffer)) as ArrayBuffer;
    expect(Buffer.from(whole).toString()).toBe(redacted);
    // 28 bytes become 42, which does not fill groups of four.
    const groups = new Uint32Array(new Uint8Array(Buffer.from(`${gitlab}..`)).buffer);
    const words = (await clean(groups)) as Uint32Array;
    expect(words).toBeInstanceOf(Uint32Array);
    expect(Buffer.from(words.buffer).toString()).toBe('[redacted: gitlab-personal-access-token]..  ');
    const binary = Buffer.concat([Buffer.from([0, 1, 2]), Buffer.from(text)]);
    expect(await clean(binary)).toBe(binary);
  });

  it('has none beside the items of an array: the match of an expression carries its text', async () => {
    const match = `user=ann token=${github}`.match(/user=(\w+)/);
    const copy = (await clean({ match, many: [Object.assign([1, 2], { note: github })] })) as object;
    expect(copy).toEqual({ match: ['user=ann', 'ann'], many: [[1, 2]] });
    const gap = Object.assign(Array(2), { 0: 1, note: github });
    expect(Object.keys((await clean(gap)) as object)).toEqual(['0']);
    expect(Object.keys((copy as { match: object }).match)).toEqual(['0', '1']);
  });

  it('has none in an instance of a class', async () => {
    class Session {
      readonly token = github;
    }
    expect(await clean([new Session()])).toEqual([{ token: '[redacted: github-token]' }]);
  });

  it('has long arrays and sparse ones as they were', async () => {
    const long = Array.from({ length: 30_000 }, (_, i) => i);
    const sparse = Object.assign(Array(5), { 0: 1, 2: github, 4: 'end' });
    const copy = (await clean({ long, sparse })) as { long: number[]; sparse: unknown[] };
    expect(copy.long).toEqual(long);
    expect(copy.sparse).toHaveLength(5);
    expect(1 in copy.sparse).toBe(false);
    expect(copy.sparse[2]).toBe('[redacted: github-token]');
  });

  it('has none that could only be seen when another one was gone', async () => {
    const hidden = `shp${'at_'}${random.word(99)}5`;
    const { value, found } = await sanitiser.sanitise(hidden + github);
    expect(value).toMatch(/^\[redacted: [a-z-]+\]\[redacted: github-token\]$/);
    expect(found).toHaveLength(2);
    expect((await sanitiser.sanitise(value)).found).toEqual([]);
  });

  it('stays as it is when it is sanitised again, whatever stands together', { timeout: 60_000 }, async () => {
    const piece = fc.oneof(
      fc.integer({ min: 0, max: SECRET_KINDS.length - 1 }).chain((index) =>
        fc.integer().map((seed) => {
          const kind = SECRET_KINDS[index];
          const secret = kind?.make(new Random(seed)) ?? '';
          return kind?.around?.(secret) ?? secret;
        }),
      ),
      fc.constantFrom(
        '',
        ' ',
        '\n',
        '"',
        '-',
        '_',
        '=',
        '\\n',
        '%3D',
        ': ',
        'x',
        '1',
        '/',
        '@',
        '.',
        '\ufeff',
      ),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
          { maxLength: 4 },
        ),
        async (texts) => {
          const once = await sanitiser.sanitise({ texts, json: JSON.stringify(texts) });
          const again = await sanitiser.sanitise(once.value);
          expect(again.found).toEqual([]);
          expect(again.value).toBe(once.value);
          expect(() => JSON.parse((once.value as { json: string }).json)).not.toThrow();
        },
      ),
      { numRuns: 300, seed: 20_251_121 },
    );
    expect(problems).toEqual([]);
  });

  it('has the shape of the value and, where there was no secret, its strings', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.anything({
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withSparseArray: true,
          withNullPrototype: true,
          withDate: true,
          maxDepth: 4,
        }),
        async (value) => {
          const marked = await clean({ value, token: github });
          expect(marked).toEqual({ value, token: '[redacted: github-token]' });
        },
      ),
      { numRuns: 300, seed: 20_251_121 },
    );
  });
});

describe('one text', () => {
  it('is sanitised like a value', async () => {
    expect(await sanitiser.sanitiseText(`tool:fetch ${github}`)).toEqual({
      value: 'tool:fetch [redacted: github-token]',
      found: [{ rule: 'github-token', path: '$' }],
    });
  });
});

describe('a value that cannot be checked', () => {
  it('is refused and counted when it has too much text', async () => {
    await expect(sanitiser.sanitise({ a: 'x'.repeat(3 << 20), b: 'y'.repeat(3 << 20) })).rejects.toThrow(
      'A value has too much to be checked for secrets (text).',
    );
    await expect(sanitiser.sanitise(Array(300_000).fill('a'))).rejects.toMatchObject({ reason: 'too-large' });
    expect(problems.map((problem) => (problem as { reason?: string }).reason)).toEqual([
      'too-large',
      'too-large',
    ]);
  });

  it.each([
    ['an error', () => new Error(github)],
    ['a regular expression', () => new RegExp(github)],
    ['a boxed string', () => Object(github)],
    [
      'an object that cannot be read',
      () => ({
        get token(): string {
          throw new Error(github);
        },
      }),
    ],
  ])('is refused when it holds %s', async (_, make) => {
    await expect(sanitiser.sanitise([make()])).rejects.toMatchObject({
      name: 'UncheckedError',
      reason: 'unreadable',
    });
    expect(problems).toHaveLength(1);
    expect(String(problems[0])).not.toContain(github);
    expect(problems[0]?.cause).toBeUndefined();
  });
});
