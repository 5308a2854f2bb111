import { describe, expect, it } from 'vitest';
import { Policies } from '../../src/cache/policy/scopes.ts';
import { temporaryFolder } from '../support/workspace.ts';
import { ask, openEngine, project, serveHere } from './agent-server.ts';

/** An engine whose namespace `loop` has too little room, and the settings of its workspace. */
async function open(storage = temporaryFolder(), settings: Record<string, unknown> = {}) {
  const policies = new Policies({ global: { loop: { entries: 100, eviction: 'lru', levels: ['memory'] } } });
  const opened = await openEngine(project(), storage, {
    policies,
    settings: {
      read: (id) => settings[id],
      write: async (id, value) => {
        settings[id] = value;
      },
    },
  });
  const goRound = async () => {
    for (let read = 0; read < 3000; read++) {
      const key = `loop:item:${read % 250}`;
      await opened.engine.workspace.getOrCompute(key, async () => read % 250);
    }
  };
  return { ...opened, storage, settings, goRound };
}

describe('advice of an engine', () => {
  it('is followed with one call, and taken back after a restart', async () => {
    const { engine, storage, settings, goRound, problems } = await open();
    await goRound();
    const { items, none } = await engine.advice.adviceData();
    expect(items.map(({ id, state }) => [id, state])).toEqual([['size:loop', 'open']]);
    expect(none).toBeUndefined();
    await engine.advice.apply('size:loop');
    expect(settings).toEqual({ 'agentCache.namespaces': { loop: { entries: 320 } } });
    await engine.close();

    const again = await open(storage, settings);
    const { actions, none: tooFew } = await again.engine.advice.adviceData();
    expect(tooFew).toMatch(/too few/);
    expect(actions).toMatchObject([{ by: 'person', text: 'namespaces.loop.entries: 100 → 320' }]);
    await again.engine.advice.revert(actions[0]?.id ?? '');
    expect(settings['agentCache.namespaces']).toBeUndefined();
    expect([...problems, ...again.problems]).toEqual([]);
  });

  it('is told over REST, with the curve that it rests on, and who is to blame for a low hit rate', async () => {
    const opened = await open();
    await opened.goRound();
    const { server } = await serveHere({}, opened);
    const get = async (path: string) => (await ask(server, 'GET', `/api/v1/insight/${path}`)).body;
    expect(await get('advice')).toMatchObject({ items: [{ id: 'size:loop', kind: 'size' }], actions: [] });
    const { namespaces } = await get('diagnosis');
    expect(namespaces[0]).toMatchObject({ namespace: 'loop', low: true, hitRate: 0 });
    expect(namespaces[0].causes[0].change.text).toBe('namespaces.loop.entries: 100 → 320');
    expect(await get('miss-ratio')).toEqual({}); // nobody has read of the common room
  });
});

describe('savings of an engine', () => {
  it('are what hits of analyses saved, by agent, and go on after a restart', async () => {
    const root = project();
    const storage = temporaryFolder();
    const first = await openEngine(root, storage);
    const outline = () => first.engine.runner.run('outline', { path: 'src/a.ts' }, { agent: 'reviewer' });
    await outline();
    await outline();
    await outline();
    const { total, agents } = first.engine.advice.savingsData('today');
    expect(total.measured).toBeGreaterThan(0);
    expect(total.ms).toBeGreaterThan(0);
    expect(total.tokens).toBeUndefined();
    expect(agents.find(({ name }) => name === 'reviewer')?.calls).toBe(2);
    await first.engine.close();

    const second = await openEngine(root, storage);
    await second.engine.runner.run('outline', { path: 'src/a.ts' }, { agent: 'reviewer' });
    await expect
      .poll(
        () => second.engine.advice.savingsData('all').agents.find(({ name }) => name === 'reviewer')?.calls,
      )
      .toBe(3);
  });
});
