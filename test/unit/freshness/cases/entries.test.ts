import { describe, expect, it } from 'vitest';
import type { ComputeContext } from '../../../../src/freshness/context.ts';
import { workspaceWith } from '../../../support/workspace.ts';
import { type Question, type Questions, read } from './questions.ts';
import { longAfter, Scene } from './scene.ts';

/** The answer to another question, unchanged or changed. */
const pass =
  (below: string, change = (value: unknown) => value): Question =>
  async (_, ask) =>
    change(await ask(below));

describe('case 32: a cascade of 1,000 entries', () => {
  const DEEP = 1000;
  /** Asked from the top, so that each is computed for the one above it. */
  const chain = (middle?: (value: unknown) => unknown): Questions =>
    Object.fromEntries([
      ...Array.from({ length: DEEP }, (_, i): [string, Question] => {
        const level = DEEP - i;
        return [`n${level}`, pass(`n${level - 1}`, level === DEEP / 2 ? middle : undefined)];
      }),
      ['n0', read('a.txt')],
    ]);

  it('goes through from the file at its bottom to its top, each computed once', async () => {
    const questions = chain();
    const scene = await Scene.with({ 'a.txt': 'one' }, questions, { now: longAfter, roots: [`n${DEEP}`] });
    const answers = await scene.after(() => scene.write('a.txt', 'two'), Object.keys(questions));
    expect(answers[`n${DEEP}`]).toBe('two');
    await scene.after(() => scene.write('a.txt', 'two'), []);
  }, 60_000);

  it('case 33: stops in its middle where an answer is what it was, and nothing above is touched', async () => {
    const questions = chain((value) => `${value}`.length);
    const scene = await Scene.with({ 'a.txt': 'one' }, questions, { now: longAfter, roots: [`n${DEEP}`] });
    const below = Object.keys(questions).filter((name) => Number(name.slice(1)) < DEEP / 2);
    const middle = `n${DEEP / 2}`;
    const { hinted, asked } = scene;
    await scene.after(() => scene.write('a.txt', 'two'), [...below, middle]);
    expect(hinted.witness.live.size).toBe(DEEP + 1);
    expect(asked.witness.live.size).toBe(DEEP + 1);
  }, 60_000);
});

describe('case 33: early cutoff', () => {
  const WORDS: Questions = {
    words: async (context) => (await context.readFile('a.txt'))?.text().split(/\s+/),
    count: pass('words', (words) => (words as string[]).length),
    report: pass('count', (count) => `${count} words`),
  };

  it('an edit that leaves the answer below as it was makes nothing above invalid', async () => {
    const scene = await Scene.with({ 'a.txt': 'one two' }, WORDS, { now: longAfter });
    await scene.after(() => scene.write('a.txt', 'one   two'), ['words']);
    await scene.after(() => scene.write('a.txt', 'six ten'), ['words', 'count']);
    expect(await scene.after(() => scene.write('a.txt', 'six'), ['words', 'count', 'report'])).toMatchObject({
      report: '1 words',
    });
  });

  it('a diamond computes each of its entries once, and only the sides that change', async () => {
    const scene = await Scene.with(
      { 'a.txt': 'one' },
      {
        top: async (_, below) => `${await below('left')} ${await below('right')}`,
        left: pass('bottom', (text) => `${text}!`),
        right: pass('bottom', (text) => `${text}`.length),
        bottom: read('a.txt'),
      },
      { now: longAfter },
    );
    const all = ['bottom', 'left', 'right', 'top'];
    expect(await scene.after(() => scene.write('a.txt', 'three'), all)).toMatchObject({ top: 'three! 5' });
  });
});

describe('case 34: entries in a circle', () => {
  type Compute = (context: ComputeContext) => Promise<unknown>;

  it('end with an error that names the circle, wherever it is entered, and keep nothing', async () => {
    const { cache, witness } = workspaceWith({});
    const circle: Record<string, Compute> = {
      'case:a': (context) => context.entry('case:b', circle['case:b'] as Compute),
      'case:b': (context) => context.entry('case:c', circle['case:c'] as Compute),
      'case:c': (context) => context.entry('case:a', circle['case:a'] as Compute),
    };
    for (const [key, compute] of Object.entries(circle))
      await expect(cache.getOrCompute(key, compute)).rejects.toThrow(/circle: (case:. → ){3}case:./);
    const together = Object.entries(circle).map(([key, compute]) => cache.getOrCompute(key, compute));
    for (const result of await Promise.allSettled(together)) expect(result.status).toBe('rejected');
    expect(witness.live.size).toBe(0);
  });

  it('that a file has closed are opened by it again', async () => {
    const scene = await Scene.with({ 'link.txt': '' }, {});
    const { cache } = scene.asked;
    const a: Compute = (context) => context.entry('case:b', b);
    const b: Compute = async (context) => {
      const link = (await context.readFile('link.txt'))?.text();
      return link === 'a' ? context.entry('case:a', a) : `link: ${link}`;
    };
    expect((await cache.getOrCompute('case:a', a)).value).toBe('link: ');
    scene.write('link.txt', 'a');
    await expect(cache.getOrCompute('case:a', a)).rejects.toThrow('circle');
    await expect(cache.getOrCompute('case:b', b)).rejects.toThrow('circle');
    scene.write('link.txt', 'out');
    expect((await cache.getOrCompute('case:a', a)).value).toBe('link: out');
  });
});

describe('an entry below that moves', () => {
  it('case 29: between the look at it and the end of the computation repeats what rests on it', async () => {
    const { cache, write } = workspaceWith({ 'a.txt': 'old' });
    let runs = 0;
    const outcome = await cache.getOrCompute('case:above', async (context) => {
      const below = await context.entry('case:below', (inner) => read('a.txt')(inner, async () => {}));
      if (++runs === 1) write('a.txt', 'new');
      return below;
    });
    expect(outcome.value).toBe('new');
    expect(runs).toBe(2);
  });

  it('case 35: is an input no more when it is not asked for', async () => {
    const scene = await Scene.with(
      { 'use.txt': 'yes', 'a.txt': '1' },
      {
        above: async (context, below) =>
          (await context.readFile('use.txt'))?.text() === 'yes' ? below('below') : 'without',
        below: read('a.txt'),
      },
      { now: longAfter },
    );
    await scene.after(() => scene.write('a.txt', '2'), ['above', 'below']);
    await scene.after(() => scene.write('use.txt', 'no'), ['above']);
    await scene.after(() => scene.write('a.txt', '3'), ['below']);
  });
});
