import { describe, expect, it } from 'vitest';
import type { ComputeContext } from '../../../../src/freshness/context.ts';
import { workspaceWith } from '../../../support/workspace.ts';

const text = async (context: ComputeContext, path: string) => (await context.readFile(path))?.text();

describe('case 29:', () => {
  it('an edit while it is computed repeats the computation, and only the last state is kept', async () => {
    const { cache, write } = workspaceWith({ 'a.txt': 'old' });
    let runs = 0;
    const outcome = await cache.getOrCompute('case:moving', async (context) => {
      const seen = await text(context, 'a.txt');
      if (++runs === 1) write('a.txt', 'new');
      return seen;
    });
    expect(outcome.value).toBe('new');
    expect(runs).toBe(2);
    expect(await cache.get('case:moving')).toBe('new');
  });

  it('a file that appears where the computation had seen none repeats it as well', async () => {
    const { cache, write } = workspaceWith({});
    let runs = 0;
    const { value } = await cache.getOrCompute('case:moving', async (context) => {
      const seen = [await text(context, 'a.txt'), context.kind('b.txt'), await context.list('lib')];
      if (++runs === 1) for (const path of ['a.txt', 'b.txt', 'lib/c.txt']) write(path, 'new');
      return seen;
    });
    expect(value).toEqual(['new', 'file', ['c.txt']]);
    expect(runs).toBe(2);
  });

  it('inputs that never come to rest are given up on after three attempts, and nothing is kept', async () => {
    const { cache, write } = workspaceWith({ 'a.txt': '0' });
    let runs = 0;
    await cache.getOrCompute('case:moving', async (context) => {
      await context.readFile('a.txt');
      write('a.txt', `${++runs}`);
      return runs;
    });
    expect(runs).toBe(3);
    expect(await cache.get('case:moving')).toBeUndefined();
  });

  it('who asks after an edit, while it is computed from before, gets the state after it', async () => {
    const { cache, write } = workspaceWith({ 'a.txt': 'old' });
    const gate = Promise.withResolvers<void>();
    const compute = async (context: ComputeContext) => {
      const seen = await text(context, 'a.txt');
      await gate.promise;
      return seen;
    };
    const before = cache.getOrCompute('case:joined', compute);
    await new Promise(setImmediate);
    write('a.txt', 'new');
    const after = cache.getOrCompute('case:joined', compute);
    gate.resolve();
    expect((await after).value).toBe('new');
    expect((await before).value).toBe('new');
  });

  it.each(['tag', 'namespace', 'all'] as const)(
    'an invalidation of the %s while it is computed is not slept through',
    async (what) => {
      const { cache } = workspaceWith({});
      let runs = 0;
      const selector =
        what === 'tag'
          ? { tag: 'topic' }
          : what === 'namespace'
            ? { namespace: 'case' }
            : { all: true as const };
      const compute = async (context: ComputeContext) => {
        context.tag('topic/deep');
        if (++runs === 1) await cache.invalidate(selector);
        return runs;
      };
      expect((await cache.getOrCompute('case:tagged', compute)).value).toBe(2);
      expect((await cache.getOrCompute('case:tagged', compute)).value).toBe(2);
    },
  );

  it("an invalidation of a file's dependents while one is computed is not slept through", async () => {
    const { cache } = workspaceWith({ 'a.txt': 'a' });
    let runs = 0;
    const compute = async (context: ComputeContext) => {
      await context.readFile('a.txt');
      if (++runs === 1) await cache.invalidate({ file: 'a.txt' });
      return runs;
    };
    expect((await cache.getOrCompute('case:on-file', compute)).value).toBe(2);
  });

  it('a value set while it is computed wins', async () => {
    const { cache } = workspaceWith({ 'a.txt': 'a' });
    const gate = Promise.withResolvers<void>();
    const computing = cache.getOrCompute('case:set', async (context) => {
      await context.readFile('a.txt');
      await gate.promise;
      return 'computed';
    });
    await new Promise(setImmediate);
    await cache.set('case:set', 'set');
    gate.resolve();
    await computing;
    expect(await cache.get('case:set')).toBe('set');
  });
});
