import { describe, expect, it } from 'vitest';
import { random, zipf } from '../miss-ratio/exact.ts';
import { advisedWorkspace } from './advised-workspace.ts';

const MINUTE = 60_000;
const MEGABYTE = 1024 * 1024;

/** Each workload has one known fault: just that is found. */
describe('what is wrong with a workload', () => {
  it('is its size, where a loop over the keys does not fit', async () => {
    const { ask, advice, namespaces } = advisedWorkspace(
      {},
      { memory: { bytes: 2 * MEGABYTE, eviction: 'lru' } },
    );
    const text = 'x'.repeat(10_000);
    for (let read = 0; read < 3000; read++) await ask(`test:item:${read % 300}`, () => text);
    const found = await advice();
    expect(found.map(({ id }) => id)).toEqual(['size:memory']);
    const megabytes = Number(found[0]?.edit?.to);
    expect(found[0]?.edit).toMatchObject({ setting: 'agentCache.memory.maxMegabytes', path: [] });

    const larger = advisedWorkspace({}, { memory: { bytes: megabytes * MEGABYTE, eviction: 'lru' } });
    for (let read = 0; read < 3000; read++) await larger.ask(`test:item:${read % 300}`, () => text);
    expect(namespaces.get('test').memoryHits).toBe(0);
    expect(larger.namespaces.get('test').memoryHits).toBe(2700);
    expect(await larger.ids()).toEqual([]);
    expect(megabytes).toBeLessThan(9); // 300 values of 20 KB as they are counted
  });

  it('is the number of entries, where that is what is full; and the room of a namespace that has one', async () => {
    const { ask, advice } = advisedWorkspace({ loop: { entries: 100, eviction: 'lru' } });
    for (let read = 0; read < 4000; read++) await ask(`loop:item:${read % 250}`);
    const found = await advice();
    expect(found.map(({ id }) => id)).toEqual(['size:loop']);
    expect(found[0]?.edit).toEqual({
      setting: 'agentCache.namespaces',
      path: ['loop', 'entries'],
      to: 320,
      text: 'namespaces.loop.entries: 100 → 320',
    });
  });

  it('is its lifetime, where values are asked for again just after they expired', async () => {
    const { ask, advice, clock } = advisedWorkspace({ tool: { ttl: '10 min' } });
    for (let round = 0; round < 40; round++) {
      for (let key = 0; key < 5; key++) await ask(`tool:list:${key}`);
      clock.now += 14 * MINUTE;
    }
    const found = await advice();
    expect(found.map(({ id }) => id)).toEqual(['ttl:tool']);
    expect(found[0]?.edit).toMatchObject({ path: ['tool', 'ttl'], to: '20 min' });

    const longer = advisedWorkspace({ tool: { ttl: '20 min' } });
    for (let round = 0; round < 40; round++) {
      for (let key = 0; key < 5; key++) await longer.ask(`tool:list:${key}`);
      longer.clock.now += 14 * MINUTE;
    }
    expect(longer.namespaces.get('tool').memoryHits).toBeGreaterThan(0);
  });

  it('is no lifetime beyond what suits the namespace, and none where values are asked for again much later', async () => {
    const { ask, ids, clock } = advisedWorkspace({ tool: { ttl: '1 h' }, own: { ttl: '10 min' } });
    for (let round = 0; round < 40; round++) {
      for (let key = 0; key < 5; key++) await ask(`tool:list:${key}`);
      for (let key = 0; key < 5; key++) await ask(`own:list:${key}`);
      clock.now += (round % 3 === 0 ? 14 : 90) * MINUTE;
    }
    expect(await ids()).toEqual([]);
  });

  it('is the parameter that varies, where answers that differ in it alone are the same', async () => {
    const { ask, advice } = advisedWorkspace();
    for (let read = 0; read < 200; read++) {
      const params = { query: `q${read % 8}`, limit: 10, requestId: `r${read}` };
      await ask(`test:find:1:${JSON.stringify(params)}`, () => ({ found: read % 8 }));
    }
    const found = await advice();
    expect(found.map(({ id }) => id)).toEqual(['key-variance:test:requestId']);
    expect(found[0]?.title).toContain('requestId');
    expect(found[0]?.evidence.join(' ')).toContain('were the same');
  });

  it('is that parameter too where the keys are hashes, and what they were made of was told', async () => {
    const { ask, ids, misses } = advisedWorkspace();
    for (let read = 0; read < 100; read++) {
      const key = `tool:${String(read).padStart(22, 'h')}`;
      misses.told(key, { city: `c${read % 5}`, at: read });
      await ask(key, () => read % 5);
    }
    expect(await ids()).toEqual(['key-variance:tool:at']);
  });

  it('is no parameter where the answers differ, nor the only one that there is', async () => {
    const { ask, ids } = advisedWorkspace();
    for (let read = 0; read < 200; read++) {
      await ask(`test:search:1:${JSON.stringify({ pattern: `p${read}`, path: 'src' })}`, () => ({ read }));
      await ask(`test:outline:1:${JSON.stringify({ path: `f${read}` })}`, () => 'empty');
      await ask(`test:file/${read}`, () => 'empty');
    }
    expect(await ids()).toEqual([]);
  });

  it('is the one file that changes all the time', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`src/${n}.txt`, 'text']));
    const { cache, ids, write, clock } = advisedWorkspace({}, { files: { ...files, 'version.txt': '0' } });
    for (let round = 0; round < 12; round++) {
      for (const path of Object.keys(files)) {
        await cache.getOrCompute(`test:page:${path}`, async (context) => {
          await context.readFile('version.txt');
          return (await context.readFile(path))?.text();
        });
      }
      clock.now += MINUTE;
      write('version.txt', `${round}${'.'.repeat(round)}`);
    }
    expect(await ids()).toEqual(['churn:test:version.txt']);
  });

  it('is what was stored and never read, large and quickly computed', async () => {
    const { cache, ids, clock, ask } = advisedWorkspace();
    for (let key = 0; key < 40; key++) {
      await cache.set(`test:page:${key}`, 'y'.repeat(60_000), { cost: { ms: 1 } });
      await ask(`test:small:${key}`);
      await ask(`test:small:${key}`);
    }
    expect(await ids()).toEqual([]); // it is new
    clock.now += 2 * 60 * MINUTE;
    expect(await ids()).toEqual(['low-value']);
  });

  it('is a few values that take most of the room', async () => {
    const { cache, ask, advice } = advisedWorkspace();
    for (let key = 0; key < 10; key++) await cache.set(`test:page:${key}`, 'y'.repeat(500_000 + key));
    for (let key = 0; key < 80; key++) for (let read = 0; read < 2; read++) await ask(`test:small:${key}`);
    expect(await advice()).toEqual([]); // of a hundred entries at least
    for (let key = 80; key < 150; key++) for (let read = 0; read < 2; read++) await ask(`test:small:${key}`);
    const found = await advice();
    expect(found.map(({ id }) => id)).toEqual(['largest']);
    expect(found[0]?.keys).toHaveLength(10);
    expect(found[0]?.keys?.[0]).toBe('test:page:9');
    expect(found[0]?.evidence[0]).toMatch(/^test:page:9: /);
  });

  it('is a level that fails, or is off', async () => {
    const level = { hits: 0, entries: 0, bytes: 0, errors: 3 };
    const levels = [
      { ...level, level: 'file', state: 'off' },
      { ...level, level: 'shared', state: 'failing', problem: 'no route' },
    ] as const;
    const { ids } = advisedWorkspace({}, { levels });
    expect(await ids()).toEqual(['level:file', 'level:shared']);
  });

  it('is what nobody has asked for since weeks, once this process has looked long enough', async () => {
    const { ask, ids, clock } = advisedWorkspace();
    for (let key = 0; key < 120; key++) await ask(`test:old:${key}`);
    clock.now += 31 * 24 * 60 * MINUTE;
    expect(await ids()).toEqual(['stale']);
  });

  it('is nothing where all is well', async () => {
    const { ask, ids, clock } = advisedWorkspace({ tool: { ttl: '30 min' } });
    const next = random(1);
    for (const key of zipf(400, 6000, 1, 9)) {
      await ask(`test:item:${key}`, () => 'z'.repeat(Math.ceil(next() * 500)));
      if (key % 5 === 0) await ask(`tool:call:${key}`);
      clock.now += 500;
    }
    expect(await ids()).toEqual([]);
  });
});
