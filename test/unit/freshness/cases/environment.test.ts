import { describe, expect, it } from 'vitest';
import type { ComputeContext } from '../../../../src/freshness/context.ts';
import { denying } from './denying.ts';
import type { Question } from './questions.ts';
import { Scene } from './scene.ts';

describe('case 44:', () => {
  it('an error is not kept: the next one asks again, and what was missing is there', async () => {
    const compute = async (context: ComputeContext) => {
      const config = await context.readFile('config.json');
      if (!config) throw new Error('There is no config.json.');
      return JSON.parse(config.text()) as unknown;
    };
    const scene = await Scene.with({}, {});
    const { cache, witness } = scene.asked;
    const ask = () => cache.getOrCompute('case:config', compute);
    for (let i = 0; i < 2; i++) await expect(ask()).rejects.toThrow('There is no config.json.');
    scene.write('config.json', '{broken');
    await expect(ask()).rejects.toThrow(SyntaxError);
    scene.write('config.json', '{"fixed": true}');
    expect((await ask()).value).toEqual({ fixed: true });
    expect(witness.live.size).toBe(1);
  });

  it('an error below is no answer above, and both are computed when the environment is fixed', async () => {
    const env: Record<string, string> = {};
    const facts = { env: (name: string) => env[name], setting: () => undefined };
    const { cache } = (await Scene.with({}, {}, { facts })).asked;
    const run = async (context: ComputeContext) => {
      if (context.env('TOOL') === undefined) throw new Error('TOOL is not set.');
      return 'ran';
    };
    const above = async (context: ComputeContext) =>
      context.entry('case:run', run).catch(({ message }: Error) => `failed: ${message}`);
    const ask = async () => (await cache.getOrCompute('case:above', above)).value;
    expect(await ask()).toBe('failed: TOOL is not set.');
    env.TOOL = 'set';
    expect(await ask()).toBe('ran');
  });

  it('all who wait for a computation hear of its error, and the next caller computes', async () => {
    const scene = await Scene.with({ 'a.txt': 'a' }, {});
    const { cache } = scene.asked;
    let runs = 0;
    const compute = async (context: ComputeContext) => {
      await context.readFile('a.txt');
      if (++runs === 1) throw new Error('The tool is not there.');
      return 'done';
    };
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => cache.getOrCompute('case:shared', compute)),
    );
    expect(results.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    expect(runs).toBe(1);
    expect((await cache.getOrCompute('case:shared', compute)).value).toBe('done');
  });

  it('an empty result rests on what it looked for: when that is there, it is computed again', async () => {
    const tests: Question = async (context) =>
      (await context.list('tests'))?.filter((name) => name.endsWith('.test.ts')) ?? [];
    const scene = await Scene.with({}, { tests });
    expect(await scene.after(() => scene.write('tests/helper.ts', ''), ['tests'])).toEqual({ tests: [] });
    const fix = () => scene.write('tests/a.test.ts', '');
    expect(await scene.after(fix, ['tests'])).toEqual({ tests: ['a.test.ts'] });
  });

  it.each([
    ['read', async (context: ComputeContext) => (await context.readFile('a.txt'))?.text()],
    ['listed', async (context: ComputeContext) => (await context.list('lib'))?.join(' ')],
    ['looked at', async (context: ComputeContext) => context.kind('a.txt')],
  ] as const)(
    'a result in spite of an input that could not be %s is computed again when it can',
    async (how, look) => {
      const { scene, disk } = await denying({});
      disk.denied.add('a.txt').add('lib');
      if (how === 'looked at') disk.hidden.add('a.txt');
      const compute = (context: ComputeContext) => look(context).catch(() => 'a fallback');
      const ask = async () => (await scene.asked.cache.getOrCompute('case:fallback', compute)).value;
      expect(await ask()).toBe('a fallback');
      disk.denied.clear();
      disk.hidden.clear();
      expect(await ask()).not.toBe('a fallback');
    },
  );
});
