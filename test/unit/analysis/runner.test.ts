import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Analysis, AnalysisError, GivenUpError } from '../../../src/analysis/analysis.ts';
import { AnalysisRunner, type Answered } from '../../../src/analysis/runner.ts';
import { Namespaces } from '../../../src/cache/namespace.ts';
import { Policies, type PoliciesInput } from '../../../src/cache/policy/scopes.ts';
import { workspaceWith } from '../../support/workspace.ts';

interface Params {
  readonly path: string;
}

/** How long a file is, and how often that was computed. */
function runnerWith(files: Record<string, string>, policies: PoliciesInput = {}) {
  const resolved = new Policies(policies);
  const namespaces = new Namespaces((namespace, agent) => resolved.resolve(namespace, agent));
  const made = workspaceWith(files, { namespaces });
  let computed = 0;
  const analysis = (name: string): Analysis<Params, number> => ({
    name,
    version: 1,
    params: z.object({ path: z.string() }),
    id: ({ path }) => path,
    paramsOf: (path) => ({ path }),
    async run({ path }, context) {
      computed++;
      const file = await context.readFile(path);
      if (!file) throw new AnalysisError(`No such file: ${path}`);
      if (file.text() === 'slow') throw new GivenUpError('It took too long.');
      return file.bytes.length;
    },
  });
  const asking: Analysis<Params, string> = {
    ...analysis('asking'),
    run: async ({ path }, _context, ask) => JSON.stringify(await ask(analysis('length'), { path })),
  };
  const hidden = { ...analysis('hidden'), hidden: true };
  const told: Answered[] = [];
  const all = [analysis('length'), analysis('other'), asking, hidden];
  const runner = new AnalysisRunner(made.cache, all, (question) => told.push(question));
  const hit = async (name: string, options = {}) => (await runner.run(name, { path: 'a' }, options)).hit;
  return { ...made, runner, hit, told, computed: () => computed };
}

describe('an analysis', () => {
  it('is subject to the policy of its name, and of the agent that asks', async () => {
    const { hit } = runnerWith(
      { a: 'text' },
      {
        global: { 'analysis:other': { enabled: false } },
        agents: { reviewer: { 'analysis:length': { enabled: false } } },
      },
    );
    expect([await hit('length'), await hit('length')]).toEqual([false, true]);
    expect([await hit('other'), await hit('other')]).toEqual([false, false]);
    expect(await hit('length', { agent: 'reviewer' })).toBe(false);
    expect(await hit('length', { agent: 'somebody' })).toBe(true);
  });

  it('keeps for one request what it asks for, and no more', async () => {
    const { hit, cache } = runnerWith({ a: 'text' });
    expect(await hit('length', { request: { cache: 'off' } })).toBe(false);
    expect(cache.cache.size).toBe(0);
    await hit('length', { request: { ttl: '1 min', tags: ['mine'] }, agent: 'reviewer' });
    const [entry] = [...cache.cache.entries()];
    expect(entry?.stamp.marks.tags).toEqual(expect.arrayContaining(['mine', 'agent:reviewer']));
    expect((entry?.expiresAt ?? 0) - (entry?.createdAt ?? 0)).toBe(60_000);
    await expect(hit('length', { request: { ttl: 'soon' } })).rejects.toThrow(/ttl/);
  });

  it('keeps a refusal like an answer, until its inputs change', async () => {
    const { runner, write, computed } = runnerWith({});
    const ask = () => runner.run('length', { path: 'a' });
    for (let i = 0; i < 2; i++) await expect(ask()).rejects.toThrow('No such file: a');
    expect(computed()).toBe(1);
    write('a', 'text');
    expect(await ask()).toMatchObject({ value: 4, hit: false });
  });

  it('does not keep that it was given up', async () => {
    const { runner, computed } = runnerWith({ a: 'slow' });
    for (let i = 0; i < 2; i++)
      await expect(runner.run('length', { path: 'a' })).rejects.toThrow('It took too long.');
    expect(computed()).toBe(2);
  });

  it('gets the refusal of another one as an answer, and rests on it', async () => {
    const { runner, write } = runnerWith({});
    const ask = () => runner.run('asking', { path: 'a' });
    expect((await ask()).value).toBe('{"refused":"No such file: a"}');
    expect((await ask()).hit).toBe(true);
    write('a', 'text');
    expect(await ask()).toMatchObject({ value: '4', hit: false });
  });

  it('is told once answered, refusals too, but not what is asked ahead or by another', async () => {
    const { runner, told } = runnerWith({ a: 'text' });
    await runner.run('length', { path: 'a' }, { ahead: true });
    await runner.run('asking', { path: 'a' }, { agent: 'reviewer' });
    await runner.run('length', { path: 'a' });
    await expect(runner.run('length', { path: 'gone' })).rejects.toThrow('No such file');
    expect(told.map(({ key, name, agent, level }) => [key.split(':').at(-1), name, agent, level])).toEqual([
      ['a', 'asking', 'reviewer', undefined],
      ['a', 'length', undefined, 'memory'],
      ['gone', 'length', undefined, undefined],
    ]);
  });

  it('that only others ask is none for callers', async () => {
    const { runner } = runnerWith({ a: 'text' });
    expect(runner.names).toEqual(['length', 'other', 'asking']);
    await expect(runner.run('hidden', { path: 'a' })).rejects.toThrow(
      'There is no analysis "hidden". There are: length, other, asking.',
    );
  });
});
