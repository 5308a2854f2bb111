import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileDatabase } from '../../../../src/cache/stores/store.ts';
import { resolve, type SelectorInput } from '../../../../src/freshness/selector.ts';
import { MemoryDatabase } from '../../../support/chaos-database.ts';
import { databaseIn } from '../../../support/database.ts';
import { temporaryFolder } from '../../../support/workspace.ts';
import { type Process, processOn } from './process.ts';

/** What there is of a key: the last value that was stored, and the invalidations that cover it and stand. */
interface Version {
  readonly value: number;
  readonly tags: readonly string[];
  readonly createdAt: number;
  readonly files: readonly string[];
  readonly covered: Set<string>;
}

const KEYS = ['tool:1', 'tool:2', 'result:a', 'result:b'] as const;
const FILE_OF: Readonly<Record<string, string>> = { 'result:a': 'a.txt', 'result:b': 'b.txt' };
const TAGS = [[], ['t'], ['t/1'], ['t/1', 'u'], ['u']] as const;
/** For a longer search. */
const RUNS = Number(process.env.AGENT_CACHE_UNDO_RUNS ?? 1);
/** Stays below what turns over. */
const MOST_STANDING = 15;

type Act =
  | { readonly act: 'set'; readonly key: string; readonly tags: readonly string[] }
  | { readonly act: 'ask'; readonly key: string; readonly tags: readonly string[] }
  | { readonly act: 'delete'; readonly key: string }
  | { readonly act: 'invalidate'; readonly selector: SelectorInput }
  | { readonly act: 'undo'; readonly which: number }
  | { readonly act: 'tick' | 'restart' | 'tidy' };

const key = fc.constantFrom(...KEYS);
const tags = fc.constantFrom(...TAGS);
const selector: fc.Arbitrary<SelectorInput> = fc.oneof(
  key.map((one) => ({ key: one })),
  fc.uniqueArray(key, { minLength: 1 }).map((keys) => ({ keys })),
  fc.constantFrom('t', 't/1', 'u').map((tag) => ({ tag })),
  fc.constantFrom('tool:*', '*:1', '*').map((pattern) => ({ pattern })),
  fc.constantFrom('1$', '^result').map((regex) => ({ regex })),
  fc.constantFrom('tool', 'result').map((namespace) => ({ namespace })),
  fc.constantFrom('a.txt', 'b.txt').map((file) => ({ file })),
  fc.constant<SelectorInput>({ tags: ['u', 't/1'] }),
  fc.constant({ olderThan: 1500 }),
  fc.constant({ all: true as const }),
);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act: fc.constant('set' as const), key, tags }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('ask' as const), key, tags }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('delete' as const), key }) },
  { weight: 8, arbitrary: fc.record({ act: fc.constant('invalidate' as const), selector }) },
  { weight: 7, arbitrary: fc.record({ act: fc.constant('undo' as const), which: fc.nat(30) }) },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constantFrom('tick' as const, 'restart' as const, 'tidy' as const) }),
  },
);

class Run {
  readonly #versions = new Map<string, Version>();
  readonly #standing: string[] = [];
  readonly #open: () => Promise<Process>;
  readonly #clock: { now: number };
  #process!: Process;
  #values = 0;

  constructor(open: () => Promise<Process>, clock: { now: number }) {
    this.#open = open;
    this.#clock = clock;
  }

  async run(acts: readonly Act[], persistent: boolean): Promise<void> {
    this.#process = await this.#open();
    for (const one of acts) {
      if (one.act === 'restart' && !persistent) continue;
      await this.#do(one);
      await this.#check(one);
    }
    await this.#process.close();
  }

  async #do(one: Act): Promise<void> {
    const { cache } = this.#process;
    switch (one.act) {
      case 'set':
        await cache.set(one.key, this.#store(one.key, one.tags, []), { tags: one.tags });
        return;
      case 'ask':
        return this.#ask(one.key, one.tags);
      case 'delete':
        await cache.delete(one.key);
        this.#versions.delete(one.key);
        return;
      case 'invalidate':
        return this.#invalidate(one.selector);
      case 'undo':
        return this.#undo(one.which);
      case 'tick':
        this.#clock.now += 1000;
        return;
      case 'tidy':
        await cache.cache.tidy();
        return;
      case 'restart':
        this.#clock.now += 1;
        await this.#process.close();
        this.#process = await this.#open();
    }
  }

  #store(name: string, own: readonly string[], files: readonly string[]): number {
    const value = ++this.#values;
    const createdAt = this.#clock.now;
    this.#versions.set(name, { value, tags: own, createdAt, files, covered: new Set() });
    return value;
  }

  async #ask(name: string, own: readonly string[]): Promise<void> {
    const path = FILE_OF[name];
    const known = this.#reachable(name);
    const { value } = await this.#process.cache.getOrCompute(
      name,
      async (context) => {
        if (path) await context.readFile(path);
        return this.#store(name, own, path ? [path] : []);
      },
      { tags: own },
    );
    if (known) expect(value, `${name} was computed though it was there`).toBe(known.value);
  }

  async #invalidate(input: SelectorInput): Promise<void> {
    if (this.#standing.length >= MOST_STANDING) return;
    const { cache } = this.#process;
    const one = resolve(input, this.#clock.now);
    const covered = [...this.#versions].filter(([name, version]) => covers(one, name, version));
    const reached = covered.filter(([name]) => this.#reachable(name)).length;
    const { undo, undoable } = await cache.invalidate(input);
    // What is hidden by its stamp alone counts as well where it is set aside.
    expect(undoable, 'what can come back').toBeGreaterThanOrEqual(reached);
    expect(undoable, 'what can come back').toBeLessThanOrEqual(covered.length);
    if (covered.length > 0) expect(undo, 'an invalidation that covers something').toBeDefined();
    if (undo === undefined) return;
    // Of two that hit nothing one after the other, the later stands for both.
    const listed = new Set(cache.undos().map(({ id }) => id));
    for (const old of this.#standing.filter((id) => !listed.has(id))) {
      this.#standing.splice(this.#standing.indexOf(old), 1);
      for (const { covered: ids } of this.#versions.values()) if (ids.delete(old)) ids.add(undo);
    }
    this.#standing.push(undo);
    for (const [, version] of covered) version.covered.add(undo);
  }

  async #undo(which: number): Promise<void> {
    const [id] = this.#standing.splice(which % Math.max(1, this.#standing.length), 1);
    if (id === undefined) {
      expect(this.#process.cache.undos()).toEqual([]);
      return;
    }
    await this.#process.cache.undo(id);
    for (const { covered } of this.#versions.values()) covered.delete(id);
  }

  #reachable(name: string): Version | undefined {
    const version = this.#versions.get(name);
    return version && version.covered.size === 0 ? version : undefined;
  }

  async #check(after: Act): Promise<void> {
    const { cache, listed, problems } = this.#process;
    const reachable = KEYS.filter((name) => this.#reachable(name));
    expect(listed(), `listed after ${JSON.stringify(after)}`).toEqual([...reachable].sort());
    const values = await cache.getMany([...KEYS]);
    const right = KEYS.map((name) => this.#reachable(name)?.value);
    expect(values, `served after ${JSON.stringify(after)}`).toEqual(right);
    expect(cache.undos().map(({ id }) => id)).toEqual(this.#standing.toReversed());
    expect(problems).toEqual([]);
  }
}

/** Naive, on purpose another way than the cache's own. */
function covers(one: ReturnType<typeof resolve>, name: string, version: Version): boolean {
  const under = (tag: string) => version.tags.some((own) => own === tag || own.startsWith(`${tag}/`));
  if ('key' in one) return one.key === name;
  if ('keys' in one) return one.keys.includes(name);
  if ('tag' in one) return under(one.tag);
  if ('tags' in one) return one.tags.some(under);
  if ('pattern' in one) {
    return one.pattern === '*' || (one.pattern === '*:1' ? name.endsWith(':1') : name.startsWith('tool:'));
  }
  if ('regex' in one) return one.regex === '1$' ? name.endsWith('1') : name.startsWith('result');
  if ('namespace' in one) return name.startsWith(`${one.namespace}:`);
  if ('file' in one) return version.files.includes(one.file);
  if ('createdBefore' in one) return version.createdAt < one.createdBefore;
  return 'all' in one;
}

describe('an entry is served if and only if no invalidation that stands covers it', () => {
  const stores: readonly (readonly [string, number, (() => Promise<FileDatabase>) | undefined])[] = [
    ['in memory only', 150, undefined],
    ['on a file level', 150, undefined],
    ['on sqlite', 12, undefined],
  ];

  it.each(stores)(
    '%s',
    async (where, numRuns) => {
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (acts) => {
          const clock = { now: Date.now() };
          const memory = new MemoryDatabase();
          const folder = where === 'on sqlite' ? temporaryFolder() : undefined;
          const open = async () => {
            const database = folder ? await databaseIn(folder) : memory;
            return processOn(where === 'in memory only' ? undefined : database, { now: () => clock.now });
          };
          await new Run(open, clock).run(acts, where !== 'in memory only');
        }),
        { numRuns: numRuns * RUNS },
      );
    },
    120_000 * RUNS,
  );
});
