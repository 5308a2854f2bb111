/** What the panel tells of the answers that are kept, beside many entries of others. */
import { describe, expect, it } from 'vitest';
import { NAMESPACE } from '../../../src/answers/proxy/proxy.ts';
import { Policies } from '../../../src/cache/policy/scopes.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { openEngine } from '../agent-server.ts';

const OTHERS = 2000;

/** The same, counted entry by entry. */
function counted({ workspace }: Engine) {
  const own = [...workspace.cache.entries()].filter(({ namespace }) => namespace.name === NAMESPACE);
  return { entries: own.length, bytes: own.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Entries that are walked while the work is done. */
function walked({ workspace: { cache } }: Engine, work: () => unknown): number {
  const entries = cache.entries.bind(cache);
  let walked = 0;
  cache.entries = function* () {
    for (const entry of entries()) {
      walked++;
      yield entry;
    }
  } as typeof cache.entries;
  try {
    work();
  } finally {
    cache.entries = entries;
  }
  return walked;
}

async function opened() {
  const here = await openEngine();
  const { workspace } = here.engine;
  await workspace.setMany(
    Array.from({ length: OTHERS }, (_, nth) => ({ key: `result:other:${nth}`, value: 'x'.repeat(nth % 50) })),
  );
  for (const nth of [1, 2, 3, 4, 5]) {
    await workspace.set(`response:openai:${nth}`, 'y'.repeat(100 * nth), { tags: [`answer/${nth}`] });
  }
  return here;
}

describe('the answers that are kept', () => {
  it('are counted without a walk over the entries', async () => {
    const { engine } = await opened();
    expect(engine.workspace.cache.size).toBe(OTHERS + 5);
    expect(walked(engine, () => counted(engine))).toBe(OTHERS + 5);
    expect(walked(engine, () => engine.answers.data())).toBe(0);
  });

  it('are as many as there are, whatever becomes of them', async () => {
    const here = await opened();
    const { engine, root, storage } = here;
    const { workspace } = engine;
    const told = () => {
      const { stored } = engine.answers.data();
      expect(stored).toEqual(counted(engine));
      return stored.entries;
    };
    expect(told()).toBe(5);
    await workspace.set('response:openai:1', 'z'.repeat(5000));
    expect(told()).toBe(5);
    await workspace.delete('response:openai:2');
    expect(told()).toBe(4);
    await engine.invalidate({ tag: 'answer/3' });
    expect(told()).toBe(3);
    await engine.undo();
    expect(told()).toBe(4);
    await engine.invalidate({ level: 'memory' });
    expect(told()).toBe(4);
    await workspace.cache.flush();
    await engine.close();
    const again = await openEngine(root, storage);
    await expect.poll(() => again.engine.answers.data().stored.entries).toBe(4);
    expect(again.engine.answers.data().stored).toEqual(counted(again.engine));
    await again.engine.invalidate({ all: true });
    expect(again.engine.answers.data().stored).toEqual({ entries: 0, bytes: 0 });
  });

  it('are fewer when memory has no room for those that are nowhere else', async () => {
    const policies = new Policies({
      global: { response: { levels: ['memory'], entries: 10, eviction: 'lru' } },
    });
    const { engine } = await openEngine(undefined, undefined, { policies });
    for (let nth = 0; nth < 50; nth++) await engine.workspace.set(`response:openai:${nth}`, nth);
    const { stored } = engine.answers.data();
    expect(stored).toEqual(counted(engine));
    expect(stored.entries).toBe(10);
  });
});
