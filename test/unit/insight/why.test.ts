import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Namespaces } from '../../../src/cache/namespace.ts';
import { Policies, type PoliciesInput } from '../../../src/cache/policy/scopes.ts';
import { Versions } from '../../../src/cache/versions.ts';
import type { Stamp } from '../../../src/freshness/stamp.ts';
import { Inspection } from '../../../src/insight/inspection.ts';
import { Recorder } from '../../../src/insight/recorder.ts';
import { TimeSeries } from '../../../src/insight/series/time-series.ts';
import { valueText } from '../../../src/insight/why/value-text.ts';
import { workspaceWith } from '../../support/workspace.ts';

const asIs = async (value: unknown) => ({ value, found: [] });

function inspected(files: Record<string, string>, global: PoliciesInput['global'] = {}) {
  const policies = new Policies({ global });
  const clock = { now: 5_000_000 };
  const recorder = new Recorder<Stamp>(
    () => {},
    () => clock.now,
  );
  const namespaces = new Namespaces((name, agent) => policies.resolve(name, agent));
  const { cache, write } = workspaceWith(files, { observer: recorder, namespaces, now: () => clock.now });
  const sanitise = async (value: unknown) => {
    const text = JSON.stringify(value);
    const clean = text.replaceAll('secret', '[taken out]');
    return { value: JSON.parse(clean), found: clean === text ? [] : ['secret'] };
  };
  const inspection = new Inspection({
    ...{ workspace: cache, recorder, sanitise, series: new TimeSeries() },
    now: () => clock.now,
  });
  return { cache, write, inspection, clock };
}

describe('one entry in full', () => {
  it('has its value without secrets, what it rests on and what rests on it', async () => {
    const { cache, inspection } = inspected(
      { 'a.txt': 'the secret word' },
      { test: { sensitivity: 'redact' }, '*': { sensitivity: 'none' } },
    );
    await cache.getOrCompute(
      'test:top',
      (context) =>
        context.entry('test:a', async (inner) => {
          inner.tag('words');
          inner.env('HOME');
          await inner.glob('*.md');
          return { text: (await inner.readFile('a.txt'))?.text(), missing: inner.kind('b.txt') ?? null };
        }),
      { agent: 'planner' },
    );
    const detail = await inspection.entry('test:a');
    expect(detail.value).toMatchObject({
      text: '{\n  "text": "the [taken out] word",\n  "missing": null\n}',
      truncated: false,
    });
    expect(detail).toMatchObject({
      row: { key: 'test:a', file: 'a.txt', hits: 0 },
      tags: ['words'],
      dependencyCount: 4,
      dependents: ['test:top'],
      variants: [{ levels: ['memory'], current: true }],
      invalidatedBy: [
        'Another value of environment variable HOME.',
        expect.stringMatching(/^An addition to the files of .*\*\.md.*, or a removal\.$/),
        'A change of a.txt.',
        'The appearance of b.txt.',
        'Invalidating the tag words, or one above it.',
        'Invalidating the namespace test, or everything.',
      ],
    });
    expect(new Set(detail.dependencies.map(({ state }) => state))).toEqual(new Set(['same']));
    expect(detail.dependencies.find(({ on }) => on === 'content')).toMatchObject({ file: 'a.txt' });
    const top = await inspection.entry('test:top');
    expect(top.dependencies).toMatchObject([{ on: 'entry', key: 'test:a' }]);
    expect(top.story.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^Computed for agent planner in [\d.]+ ms\.$/),
    );
    expect(cache.cache.entry('test:a')?.hits).toBe(0);
  });

  it('withholds what is sensitive, and what does not hold any more', async () => {
    const { cache, inspection, write, clock } = inspected(
      { 'a.txt': 'a' },
      { local: { levels: ['memory'] }, short: { ttl: '1 min' } },
    );
    await cache.set('local:a', 'mine');
    await cache.set('strict:a', 'a secret');
    await cache.set('short:a', 'soon gone');
    await cache.getOrCompute('test:a', async (context) => (await context.readFile('a.txt'))?.text());
    const withheld = async (key: string) => {
      const { value, withheld } = await inspection.entry(key);
      return value?.text ?? withheld;
    };
    expect(await withheld('local:a')).toBe(
      'The namespace local is sensitive and keeps its values in memory only.',
    );
    expect(await withheld('strict:a')).toBe(
      'The namespace strict is sensitive, and there is a secret in the value.',
    );
    expect(await withheld('short:a')).toBe('soon gone');
    expect(await withheld('test:a')).toBe('a');
    write('a.txt', 'other');
    clock.now += 60_000;
    expect(await withheld('short:a')).toBe('The value does not hold any more: expired.');
    expect(await withheld('test:a')).toBe('The value does not hold any more: a.txt changed.');
    expect((await inspection.entry('test:a')).dependencies).toMatchObject([{ state: 'changed' }]);
    expect(await inspection.entry('test:none')).toMatchObject({ variants: [], story: [], tags: [] });
  });

  it('has a variant for each state of the inputs, and says which one holds', async () => {
    const { cache, inspection, write, clock } = inspected({ 'a.txt': 'one' });
    const ask = () =>
      cache.getOrCompute('test:a', async (context) => (await context.readFile('a.txt'))?.text());
    await ask();
    clock.now += 1000;
    write('a.txt', 'three');
    await ask();
    const current = async () => (await inspection.entry('test:a')).variants.map((one) => one.current);
    expect(await current()).toEqual([true, false]);
    write('a.txt', 'one');
    expect(await current()).toEqual([false, true]);
  });

  it('names few of many inputs, and says how many more there are', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `f${i}.txt`);
    const { cache, inspection } = inspected(Object.fromEntries(names.map((name) => [name, name])));
    await cache.getOrCompute('test:all', async (context) => {
      for (const name of names) await context.readFile(name);
      return 1;
    });
    const detail = await inspection.entry('test:all');
    expect(detail.dependencies).toHaveLength(200);
    expect(detail.dependencyCount).toBe(300);
    expect(detail.invalidatedBy).toContain('The same of 290 more.');
    expect(detail.invalidatedBy.length).toBeLessThan(15);
  });
});

describe('the text of a value', () => {
  it.each([
    ['plain text', 'plain text'],
    [{ a: [1, null, true] }, '{\n  "a": [\n    1,\n    null,\n    true\n  ]\n}'],
    [new Map([['k', new Set([1])]]), '{"Map":[["k",{"Set":[1]}]]}'],
    [Buffer.from('abc'), '3 bytes'],
    [12n, '12n'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [undefined, 'undefined'],
  ])('of %o', async (value, expected) => {
    const { text } = await valueText(value, asIs);
    expect(expected.startsWith('{"') ? JSON.stringify(JSON.parse(text)) : text).toBe(expected);
  });

  it('is cut at 4,000 characters, after secrets that begin before were taken out whole', async () => {
    const { text, truncated } = await valueText('x'.repeat(1_000_000), asIs);
    expect([text.length, truncated]).toEqual([4000, true]);
    const across = `${'x'.repeat(3990)}${'secret'.repeat(10)}`;
    const clean = await valueText(across, async (value) => ({
      value: (value as string).replace('secret'.repeat(10), '[taken out]'),
      found: [],
    }));
    expect(clean.text).not.toContain('secret');
  });

  it('is bounded for any value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ withMap: true, withSet: true, withBigInt: true }), async (value) => {
        expect((await valueText(value, asIs)).text.length).toBeLessThanOrEqual(4000);
      }),
    );
    const deep: unknown[] = [];
    let inner = deep;
    for (let i = 0; i < 10_000; i++) {
      const next: unknown[] = [];
      inner.push(next);
      inner = next;
    }
    expect((await valueText(deep, asIs)).text.length).toBeLessThanOrEqual(4000);
    const wide = Array.from({ length: 1_000_000 }, (_, i) => i);
    expect((await valueText(wide, asIs)).truncated).toBe(true);
  });
});

describe('versions in keys', () => {
  const others = (met: string[], key: string) => {
    const versions = new Versions();
    for (const one of met) versions.meet(one);
    return [...versions.others(key)].map((other) => other.key);
  };

  it('are told from the rest of the key', () => {
    expect(others(['analysis:outline:1:src/x.ts'], 'analysis:outline:2:src/a:b.ts')).toEqual([
      'analysis:outline:1:src/a:b.ts',
    ]);
    expect(others(['tool:1:search:abc', 'tool:3:search:d'], 'tool:2:search:abc')).toEqual([
      'tool:3:search:abc',
      'tool:1:search:abc',
    ]);
    expect(others(['demo:1:a'], 'demo:2:a')).toEqual([]);
    expect(others(['result:a'], 'result:b')).toEqual([]);
  });

  it('are bounded', () => {
    const met = Array.from({ length: 100 }, (_, i) => `result:${i}:x:y`);
    expect(others(met, 'result:new:x:y')).toHaveLength(8);
  });
});
