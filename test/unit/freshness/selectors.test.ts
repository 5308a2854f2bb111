import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileLevel } from '../../../src/cache/file-level.ts';
import { SharedLevel } from '../../../src/cache/shared/shared-level.ts';
import { compileRegex, RegexError } from '../../../src/freshness/key-regex.ts';
import { selectorOf, sharedNames } from '../../../src/freshness/names.ts';
import { patternMatcher } from '../../../src/freshness/pattern-matcher.ts';
import { covers } from '../../../src/freshness/selection.ts';
import {
  describe as cause,
  resolve,
  type Selector,
  type SelectorInput,
  selectorSchema,
} from '../../../src/freshness/selector.ts';
import type { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { databaseIn } from '../../support/database.ts';
import { temporaryFolder, workspaceWith } from '../../support/workspace.ts';
import { MemoryServer, MemoryStore } from '../shared/memory-store.ts';

const MINUTE = 60_000;
const START = 1_000_000_000;

/** Entries of every kind, of which each selector names some. */
async function filled(more: Parameters<typeof workspaceWith>[1] = {}) {
  let now = START;
  const made = workspaceWith({ 'src/a.ts': 'a', 'src/b.ts': 'b' }, { now: () => now, ...more });
  const { cache } = made;
  const pass = (ms: number) => {
    now += ms;
  };
  await cache.set('result:old:1', 1, { tags: ['task/7', 'lang:ts:5'] });
  await cache.set('result:old:2', 2, { agent: 'reviewer' });
  pass(10 * MINUTE);
  await cache.set('tool:search:Q1', 3, { tags: ['task/8'] });
  const ask = (key: string, file: string, topic: string) =>
    cache.getOrCompute(key, async (context) => {
      context.topic(topic);
      return (await context.readFile(file))?.text();
    });
  await ask('analysis:a', 'src/a.ts', 'agent:reviewer/deep');
  await ask('analysis:b', 'src/b.ts', 'tool:web_search');
  return { ...made, pass, ask };
}

const ALL = ['result:old:1', 'result:old:2', 'tool:search:Q1', 'analysis:a', 'analysis:b'];
const listed = (cache: WorkspaceCache) => [...cache.cache.entries()].map(({ key }) => key);

const CASES: [SelectorInput, readonly string[]][] = [
  [{ key: 'analysis:a' }, ['analysis:a']],
  [{ keys: ['analysis:a', 'nothing:there', 'analysis:a'] }, ['analysis:a']],
  [{ tag: 'task' }, ['result:old:1', 'tool:search:Q1']],
  [{ tag: 'task/7' }, ['result:old:1']],
  [{ tag: 'lang:ts' }, ['result:old:1']],
  [{ tag: 'tas' }, []],
  [{ tags: ['task/8', 'lang', 'task/7'] }, ['result:old:1', 'tool:search:Q1']],
  [{ pattern: '*:old:?' }, ['result:old:1', 'result:old:2']],
  [{ regex: ':old:' }, ['result:old:1', 'result:old:2']],
  [{ regex: '^(tool|analysis):[a-z]+$' }, ['analysis:a', 'analysis:b']],
  [{ regex: '(?i)q1' }, ['tool:search:Q1']],
  [{ regex: 'q1' }, []],
  [{ namespace: 'analysis' }, ['analysis:a', 'analysis:b']],
  [{ namespace: 'anal' }, []],
  [{ agent: 'reviewer' }, ['result:old:2']],
  [{ topic: 'agent:reviewer' }, ['analysis:a']],
  [{ topic: 'tool' }, ['analysis:b']],
  [{ topic: 'agent:rev' }, []],
  [{ file: 'src/b.ts' }, ['analysis:b']],
  [{ level: 'memory' }, ALL],
  [{ level: 'file' }, []],
  [{ olderThan: '5m' }, ['result:old:1', 'result:old:2']],
  [{ olderThan: 5 * MINUTE }, ['result:old:1', 'result:old:2']],
  [{ olderThan: '1 h' }, []],
  [{ createdBefore: START }, []],
  [{ createdBefore: START + 1 }, ['result:old:1', 'result:old:2']],
  [{ all: true }, ALL],
];

describe('a selector', () => {
  it.each(CASES)('%j hits what it names and nothing else, and its preview says so', async (selector, hit) => {
    const { cache } = await filled();
    const before = await cache.preview(selector);
    expect(listed(cache)).toHaveLength(ALL.length);
    expect([...before.examples].sort()).toEqual([...hit].sort());
    const report = await cache.invalidate(selector);
    const { examples: _, ...counted } = before;
    expect(report).toMatchObject(counted);
    expect(report).toMatchObject({ entries: hit.length, levels: { memory: hit.length, file: 0 } });
    for (const key of ALL)
      expect([key, (await cache.get(key)) === undefined]).toEqual([key, hit.includes(key)]);
    if (hit.length > 0) expect(cause(selector)).not.toBe('');
  });

  it.each(CASES)('%j means the same in another instance, or more', async (input, hit) => {
    const { cache, witness } = await filled();
    const names = sharedNames(resolve(input, START + 10 * MINUTE));
    await cache.hear(names.map((name) => ({ name, cause: 'told' })));
    if (!('level' in input))
      expect(ALL.filter((key) => !witness.live.has(key)).sort()).toEqual([...hit].sort());
  });

  it('names in its preview a few of what it would hit, however much that is', async () => {
    const { cache } = workspaceWith({});
    for (let i = 0; i < 100; i++) await cache.set(`test:${i}`, i);
    const preview = await cache.preview({ regex: '^test:' });
    expect(preview).toMatchObject({ entries: 100 });
    expect(preview.examples).toHaveLength(10);
  });

  const selectors = fc.oneof(
    fc.constantFrom('a:1', 'b:2').map((key) => ({ key })),
    fc.uniqueArray(fc.constantFrom('a:1', 'b:2', 'c:3'), { minLength: 1 }).map((keys) => ({ keys })),
    fc.constantFrom('x', 'x/y', 'x/y:z', 'w').map((tag) => ({ tag })),
    fc.uniqueArray(fc.constantFrom('x', 'x/y', 'w'), { minLength: 1 }).map((tags) => ({ tags })),
    fc.constantFrom('x', 'x/y', 'x/y:z', 'w').map((topic) => ({ topic })),
    fc.constantFrom('a:*', '*[12]', 'none').map((pattern) => ({ pattern })),
    fc.constantFrom('^a', '[12]$', 'none').map((regex) => ({ regex })),
    fc.constantFrom('a', 'b', 'zz').map((namespace) => ({ namespace })),
    fc.constantFrom('f1', 'f2').map((file) => ({ file })),
    fc.constantFrom('memory' as const, 'file' as const).map((level) => ({ level })),
    fc.nat(20).map((createdBefore) => ({ createdBefore })),
    fc.constant({ all: true as const }),
  );
  const entries = fc.uniqueArray(
    fc.record({
      key: fc.constantFrom('a:1', 'a:2', 'b:1', 'b:2', 'c:3'),
      tags: fc.uniqueArray(fc.constantFrom('x', 'x/y', 'x/y:z', 'w')),
      topics: fc.uniqueArray(fc.constantFrom('x', 'x/y', 'x/y:z', 'w')),
      files: fc.uniqueArray(fc.constantFrom('f1', 'f2', 'f3')),
      at: fc.nat(20),
    }),
    { selector: ({ key }) => key, minLength: 1 },
  );

  it('covers one entry when it is found among many, and a key when it may cover an entry of it', async () => {
    await fc.assert(
      fc.asyncProperty(entries, selectors, async (records, selector: Selector) => {
        let now = 0;
        const { cache } = workspaceWith({ f1: '1', f2: '2' }, { now: () => now });
        for (const { key, tags, topics, files, at } of records) {
          now = at;
          const compute = async (context: Parameters<Parameters<typeof cache.getOrCompute>[1]>[0]) => {
            for (const topic of topics) context.topic(topic);
            for (const file of files) await context.readFile(file);
          };
          await cache.getOrCompute(key, async (context) => (await compute(context)) ?? 1, { tags });
        }
        const covered = covers(selector);
        const one = [...cache.cache.entries()].filter((entry) => covered(entry)).map(({ key }) => key);
        const { entries: count, examples } = await cache.preview(selector);
        expect([...examples].sort()).toEqual([...one].sort());
        expect(count).toBe(one.length);
        for (const key of one) expect(covered({ key })).toBe(true);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('looks through 100,000 entries without holding the thread', async () => {
    const { cache } = workspaceWith({}, { memory: { entries: 200_000, bytes: 2 ** 30, eviction: 'lru' } });
    const values = Array.from({ length: 100_000 }, (_, i) => ({
      key: `test:some/path/file-${i}.ts`,
      value: i,
    }));
    await cache.setMany(values);
    for (const selector of [{ regex: 'file-(1|22|333)\\d*\\.tsx?$' }, { pattern: '*/file-[1-3]*.ts' }]) {
      let turns = 0;
      const count = () => {
        turns++;
        timer = setImmediate(count);
      };
      let timer = setImmediate(count);
      const { entries: hit } = await cache.preview(selector);
      clearImmediate(timer);
      expect(hit).toBeGreaterThan(1000);
      expect(turns).toBeGreaterThan(2);
    }
  }, 60_000);
});

describe('an invalidation while a result is computed', () => {
  it.each([
    [{ regex: '^result:slow$' }],
    [{ pattern: 'result:*' }],
    [{ topic: 'agent:reviewer' }],
    [{ agent: 'writer' }],
    [{ tags: ['other', 'task'] }],
    [{ namespace: 'result' }],
    [{ file: 'src/a.ts' }],
    [{ key: 'result:slow' }],
    [{ all: true as const }],
  ])('by %j wins over it', async (selector) => {
    const { cache } = workspaceWith({ 'src/a.ts': '1' });
    let computations = 0;
    const gate = Promise.withResolvers<void>();
    const ask = () =>
      cache.getOrCompute(
        'result:slow',
        async (context) => {
          const place = ++computations;
          context.topic('agent:reviewer/deep');
          await context.readFile('src/a.ts');
          await gate.promise;
          return place;
        },
        { agent: 'writer', tags: ['task/7'] },
      );
    const running = ask();
    await expect.poll(() => computations).toBe(1);
    await cache.invalidate(selector);
    gate.resolve();
    await running;
    // Not kept, or what was computed again after it.
    expect(await cache.get('result:slow')).not.toBe(1);
  });
});

describe('after a restart', () => {
  async function restarted(selector: SelectorInput) {
    const database = await databaseIn(temporaryFolder());
    const open = () => {
      const file = new FileLevel(database, (error) => {
        throw error;
      });
      return { file };
    };
    const { cache } = await filled(open());
    await cache.cache.flush();
    await cache.invalidate(selector);
    await cache.cache.flush();
    const again = workspaceWith({}, open());
    await again.cache.cache.loadCatalog();
    return listed(again.cache).sort();
  }

  // What rests on files of the other folder is not listed: the two that were set and the tool are.
  it.each([
    [{ regex: ':old:' }, ['tool:search:Q1']],
    [{ olderThan: '5m' }, ['tool:search:Q1']],
    [{ olderThan: '1 h' }, ['result:old:1', 'result:old:2', 'tool:search:Q1']],
    [{ tags: ['task/7', 'task/8'] }, ['result:old:2']],
  ] as [SelectorInput, string[]][])('what %j hit stays away', async (selector, left) => {
    expect(await restarted(selector)).toEqual(left);
  });

  it('what is stored but not listed yet is hit by a regular expression, and by an age when it is as old', async () => {
    for (const [selector, left] of [
      [{ regex: '^test:a' }, [undefined, 2]],
      [{ olderThan: '1 h' }, [1, 2]],
      [{ createdBefore: Date.now() + MINUTE }, [undefined, undefined]],
    ] as const) {
      const database = await databaseIn(temporaryFolder());
      const file = () => new FileLevel(database, (error) => void expect.unreachable(error.message));
      const before = workspaceWith({}, { file: file() }).cache;
      await before.setMany([
        { key: 'test:a', value: 1 },
        { key: 'test:b', value: 2 },
      ]);
      await before.cache.flush();
      const { cache } = workspaceWith({}, { file: file() });
      await cache.invalidate(selector);
      expect(await cache.getMany(['test:a', 'test:b'])).toEqual(left);
    }
  });
});

describe('on the shared level', () => {
  const server = () => {
    const shared = new MemoryServer();
    return async (now = Date.now) => {
      const level = new SharedLevel(new MemoryStore(shared), {
        problem: (error) => void expect.unreachable(error.message),
        matches: patternMatcher(),
        now,
      });
      await level.lookup([]);
      return workspaceWith({}, { shared: level, now }).cache;
    };
  };

  it.each([
    [{ regex: '^prompt:a$' }],
    [{ pattern: 'prompt:a*' }],
    [{ olderThan: '5m' }],
    [{ tags: ['no', 'of/a'] }],
    [{ agent: 'reviewer' }],
    [{ topic: 'tool:x' }],
  ] as [SelectorInput][])('%j hits the records too, also those that nobody has listed', async (selector) => {
    const machine = server();
    let now = START;
    const clock = () => now;
    const one = await machine(clock);
    const ask = (key: string, topic: string, tag: string, agent: string) =>
      one.getOrCompute(
        key,
        async (context) => {
          context.topic(topic);
          return key;
        },
        { tags: [tag], agent },
      );
    await ask('prompt:a', 'tool:x/y', 'of/a', 'reviewer');
    now += 10 * MINUTE;
    await ask('prompt:b', 'tool:z', 'of/b', 'writer');
    await one.cache.flush();
    const others = [await machine(clock), await machine(clock), await machine(clock)];
    const [reader, invalidator, late] = others as [WorkspaceCache, WorkspaceCache, WorkspaceCache];
    expect(await reader.getMany(['prompt:a', 'prompt:b'])).toEqual(['prompt:a', 'prompt:b']);
    expect(await invalidator.invalidate(selector)).toMatchObject({ entries: 0 });
    const read = (cache: WorkspaceCache) => cache.getMany(['prompt:a', 'prompt:b']);
    for (const cache of [invalidator, late]) expect(await read(cache)).toEqual([undefined, 'prompt:b']);
    // Those that have it in memory have been told, and look through it.
    for (const cache of [reader, one]) await expect.poll(() => read(cache)).toEqual([undefined, 'prompt:b']);
  });

  it('a regular expression that another version announces and that cannot be read hits everything', async () => {
    for (const name of ['regex a(?=b)', 'before yesterday']) {
      const { cache } = workspaceWith({});
      await cache.set('test:k', 1);
      await cache.hear([{ name, cause: 'hostile' }]);
      expect(await cache.get('test:k')).toBeUndefined();
    }
    expect(patternMatcher()('a(?=b)', 'test:k', 'regex')).toBe(true);
    expect(selectorOf('before NaN')).toEqual({ all: true });
  });
});

describe('a regular expression over keys', () => {
  it.each([
    ['a(?=b)', /lookaround/i],
    ['(?<!x)y', /lookaround/i],
    ['(?>a+)b', /lookaround/i],
    ['(a)\\1', /back-references/],
    ['a(', /missing closing \)/],
    ['[z-a]', /invalid character class range/],
    ['a{1001}', /invalid repeat count/],
    ['(\\pL{10}){100}', /too large/],
    ['x'.repeat(501), /500 characters/],
  ])('%s is refused in one sentence', (source, why) => {
    expect(() => compileRegex(source)).toThrow(RegexError);
    try {
      compileRegex(source);
    } catch (error) {
      expect((error as Error).message).toMatch(why);
      expect((error as Error).message).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('takes linear time where others would take for ever', () => {
    const matches = compileRegex('^(a+)+$');
    expect(matches(`${'a'.repeat(4000)}b`)).toBe(false);
    expect(matches('a'.repeat(4000))).toBe(true);
  });

  it('hits a key that is too long for it, in doubt', () => {
    const matches = compileRegex('(x+y+){100}$');
    expect(matches(`result:${'a'.repeat(200)}`)).toBe(false);
    expect(matches(`result:${'a'.repeat(100_000)}`)).toBe(true);
  });

  it('finds what the built-in engine finds', () => {
    const part = fc.constantFrom(
      'a',
      'b',
      ':',
      '.',
      '^',
      '$',
      '[ab]',
      '[^a]',
      '\\d',
      '\\w+',
      '(a|b)',
      '(?:ab)*',
      'b?',
      '\\.',
    );
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')),
        fc.string({ unit: fc.constantFrom('a', 'b', ':', '1', '.', '-') }),
        (source, key) => {
          expect(compileRegex(source)(key)).toBe(new RegExp(source).test(key));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('what is no selector', () => {
  it.each([[{}], [{ key: 'a:b', tag: 'c' }], [{ nonsense: 1 }], [[]], ['everything'], [null]])(
    '%j is told that it has to be exactly one of them',
    (body) => {
      const parsed = selectorSchema.safeParse(body);
      expect(parsed.error?.issues[0]?.message).toMatch(/^Name exactly one of key, keys, tag, .*, all\.$/);
    },
  );

  it.each([
    [{ key: '' }],
    [{ key: 7 }],
    [{ keys: [] }],
    [{ keys: 'a:b' }],
    [{ tag: 'x'.repeat(5000) }],
    [{ level: 'cloud' }],
    [{ all: false }],
    [{ olderThan: -1 }],
    [{ olderThan: { hours: 1 } }],
    [{ createdBefore: 'yesterday' }],
  ])('%j does not fit', (body) => {
    expect(selectorSchema.safeParse(body).success).toBe(false);
  });

  it('gives a field that is there but undefined no weight', () => {
    expect(selectorSchema.parse({ key: undefined, tag: 'a' })).toEqual({ tag: 'a' });
  });

  it.each([
    [{ olderThan: 'soon' }, /olderThan: "soon" is no duration\. Fits:/],
    [{ olderThan: '500 years' }, /is no duration/],
    [{ regex: 'a(' }, /missing closing/],
    [{ pattern: '{a,b}'.repeat(20) }, /256 alternatives/],
    [{ file: '../x' }, /clean/],
  ] as [SelectorInput, RegExp][])('%j is refused before anything is hit', async (selector, why) => {
    const { cache } = await filled();
    await expect(cache.preview(selector)).rejects.toThrow(why);
    await expect(cache.invalidate(selector)).rejects.toThrow(why);
    expect(listed(cache)).toHaveLength(ALL.length);
    expect(cache.generations.sequence).toBe(0);
  });
});
