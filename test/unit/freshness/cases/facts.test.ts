import { describe, expect, it, vi } from 'vitest';
import { databaseIn } from '../../../support/database.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { type Questions, read } from './questions.ts';
import { Scene } from './scene.ts';
import { Window } from './window.ts';

vi.setConfig({ testTimeout: 30_000 }); // real stores, on a machine that may be loaded

const QUESTIONS: Questions = {
  path: async (context) => context.env('TOOL_PATH') ?? '(unset)',
  home: async (context) => context.env('TOOL_HOME') ?? '(unset)',
  indent: async (context) => context.setting('editor.indent') ?? '(unset)',
  outline: async (context) => `${context.producer('grammar')}: ${(await context.readFile('a.txt'))?.text()}`,
  plain: read('a.txt'),
};

/** A folder, an environment and settings, all of which a test can change. */
async function surroundings(questions: Questions = QUESTIONS) {
  const env: Record<string, string> = { TOOL_PATH: '/bin' };
  const settings: Record<string, unknown> = { 'editor.indent': 2 };
  const facts = { env: (name: string) => env[name], setting: (id: string) => settings[id] };
  const scene = await Scene.with({ 'a.txt': 'one' }, questions, { facts });
  return { scene, env, settings };
}

describe('case 43:', () => {
  it('a variable of the environment that changes, appears or goes is an input like a file', async () => {
    const { scene, env } = await surroundings();
    const set = (name: string, value: string) => () => {
      env[name] = value;
    };
    expect(await scene.after(set('TOOL_PATH', '/usr/bin'), ['path'])).toMatchObject({ path: '/usr/bin' });
    await scene.after(set('TOOL_PATH', '/usr/bin'), []);
    await scene.after(set('UNRELATED', 'x'), []);
    expect(await scene.after(set('TOOL_HOME', ''), ['home'])).toMatchObject({ home: '' });
    const unset = () => {
      delete env.TOOL_HOME;
    };
    expect(await scene.after(unset, ['home'], [])).toMatchObject({ home: '(unset)' });
  });

  it('so is a setting, whatever its shape; the order of its fields is none of it', async () => {
    const { scene, settings } = await surroundings();
    const set = (value: unknown) => () => {
      settings['editor.indent'] = value;
    };
    await scene.after(set(4), ['indent']);
    await scene.after(set({ tabs: true, width: 4 }), ['indent']);
    await scene.after(set({ width: 4, tabs: true }), []);
    await scene.after(set({ width: 4, tabs: false }), ['indent']);
    await scene.after(set(undefined), ['indent']);
    await scene.after(set(null), ['indent']);
    await scene.after(() => {
      settings['editor.other'] = 1;
    }, []);
  });

  it('so is the version of a tool or a grammar that took part', async () => {
    const { scene } = await surroundings();
    expect(await scene.after(() => scene.declare('grammar', '1.0.0'), ['outline'])).toMatchObject({
      outline: '1.0.0: one',
    });
    await scene.after(() => scene.declare('grammar', '1.0.0'), []);
    await scene.after(() => scene.declare('another', '9.9.9'), []);
    await scene.after(() => scene.declare('grammar', '1.0.1'), ['outline']);
  });

  it('of two questions about one fact a computation gets one answer, and moves with it', async () => {
    const { scene, env, settings } = await surroundings();
    let runs = 0;
    const { value } = await scene.asked.cache.getOrCompute('case:moving', async (context) => {
      const one = [context.env('TOOL_PATH'), context.setting('editor.indent')];
      if (++runs === 1) {
        env.TOOL_PATH = '/moved';
        settings['editor.indent'] = 8;
      }
      expect([context.env('TOOL_PATH'), context.setting('editor.indent')]).toEqual(one);
      return one;
    });
    expect(value).toEqual(['/moved', 8]);
    expect(runs).toBe(2);
  });

  it('a topic that is invalidated takes along what named it, or one below it, and nothing else', async () => {
    const { scene } = await surroundings({
      search: async (context) => context.topic('tool:web_search'),
      news: async (context) => context.topic('tool:web_search/news'),
      other: async (context) => context.topic('tool:other'),
      none: read('a.txt'),
    });
    const announce = (topic: string) => () =>
      Promise.all([scene.hinted, scene.asked].map(({ cache }) => cache.invalidate({ topic })));
    await scene.after(announce('tool:web_search/news'), ['news']);
    await scene.after(announce('tool:web_search'), ['news', 'search']);
    await scene.after(announce('tool:nothing'), []);
  });

  it('a topic that is invalidated while it is computed is not slept through', async () => {
    const { scene } = await surroundings();
    const { cache } = scene.asked;
    let runs = 0;
    const { value } = await cache.getOrCompute('case:topic', async (context) => {
      context.topic('tool:web_search');
      if (++runs === 1) await cache.invalidate({ topic: 'tool:web_search' });
      return runs;
    });
    expect(value).toBe(2);
  });

  it('what was stored by an earlier version, or under another environment, is not served after a restart', async () => {
    const root = temporaryFolder();
    const storage = temporaryFolder();
    write(root, 'a.txt', 'one');
    const open = async (version: string, env: Record<string, string> = {}) => {
      const facts = { env: (name: string) => env[name], setting: () => undefined };
      const database = await databaseIn(storage);
      const window = await Window.open(root, { questions: QUESTIONS, database, facts });
      window.cache.facts.declare('grammar', version);
      const answers = await window.answers();
      await window.close();
      return { answers, computed: window.computed };
    };
    expect((await open('1')).computed).toEqual(Object.keys(QUESTIONS).sort());
    expect((await open('1')).computed).toEqual([]);
    const upgraded = await open('2', { TOOL_PATH: '/opt' });
    expect(upgraded.computed).toEqual(['outline', 'path']);
    expect(upgraded.answers).toMatchObject({ outline: '2: one', path: '/opt' });
    expect((await open('1')).computed).toEqual([]); // and back: both are stored
  });

  it('the value of a variable is in no record: it may be a secret', async () => {
    const { scene, env } = await surroundings();
    env.TOOL_PATH = 'hunter2-hunter2';
    await scene.asked.ask('plain');
    await scene.asked.ask('home');
    await scene.asked.cache.getOrCompute(
      'case:secret',
      async (context) => context.env('TOOL_PATH') !== undefined,
    );
    const entry = scene.asked.cache.cache.entry('case:secret');
    expect(entry?.stamp.dependencies).toHaveLength(1);
    expect(JSON.stringify(entry?.stamp.dependencies)).not.toContain('hunter2');
  });
});
