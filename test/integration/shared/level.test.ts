import { randomUUID } from 'node:crypto';
import { serialize } from 'node:v8';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { decode, encode } from '../../../src/cache/codec.ts';
import type { Variant } from '../../../src/cache/head.ts';
import type { SharedStoreOptions } from '../../../src/cache/shared/connection.ts';
import { openSharedStore } from '../../../src/cache/shared/open.ts';
import type { Announced } from '../../../src/cache/shared/pending-bumps.ts';
import { SharedLevel, type SharedLevelOptions } from '../../../src/cache/shared/shared-level.ts';
import type { SharedPut } from '../../../src/cache/shared/shared-put.ts';
import type { Bump } from '../../../src/cache/shared/shared-store.ts';
import { compileGlob } from '../../../src/freshness/glob.ts';
import { Road, redisCli, Servers, type TestServer } from '../../support/servers.ts';

const servers = new Servers();
let redis: TestServer;
let memcached: TestServer;
beforeAll(async () => {
  [redis, memcached] = [await servers.redis(), await servers.memcached()];
});
afterAll(() => servers.stop());

type Where = Pick<SharedStoreOptions, 'kind' | 'project'> & { readonly port: number };

/** One machine of several that share a server; ready for use. */
async function machine({ kind, project, port }: Where, options: Partial<SharedLevelOptions> = {}) {
  const store = openSharedStore({ kind, project, port, requestMs: 5000 });
  const problems: string[] = [];
  const heard: Bump[] = [];
  const level = new SharedLevel(store, {
    problem: (error) => problems.push(error.message),
    matches: (pattern, key) => compileGlob(pattern)(key),
    pollMs: 200,
    ...options,
  });
  level.onInvalidated((bumps) => heard.push(...bumps));
  onTestFinished(() => level.close());
  const up = () =>
    expect
      .poll(
        () =>
          level.lookup([]).then(
            () => 'up',
            () => 'down',
          ),
        { timeout: 30_000 },
      )
      .toBe('up');
  await up();
  return { store, level, problems, heard, up };
}

type Machine = Awaited<ReturnType<typeof machine>>;

async function result(
  key: string,
  value: unknown,
  started: number,
  more: Partial<SharedPut & Variant> = {},
): Promise<SharedPut> {
  const { id = `inputs of ${JSON.stringify(value)}`, expiresAt = 0, names = ['*', `key ${key}`] } = more;
  const variant = { id, stamp: { s: id }, costMs: 12.5, createdAt: Date.now(), expiresAt };
  return { key, variant, bytes: await encode(value), names, started };
}

/** What the cache does on a miss. */
async function share(
  { level }: Machine,
  key: string,
  value: unknown,
  more: Partial<SharedPut & Variant> = {},
) {
  const { sequence } = await level.lookup([key]);
  await level.put([await result(key, value, sequence, more)]);
}

/** All values of a key that can be served, newest first. */
async function values({ level }: Machine, key: string): Promise<unknown[]> {
  const { found } = await level.lookup([key]);
  const encoded = await Promise.all((found[0] ?? []).map((variant) => level.value(key, variant)));
  return encoded.map((bytes) => bytes && decode(bytes));
}

const kinds = ['redis', 'memcached'] as const;

describe.each(kinds)('machines that share %s', (kind) => {
  const where = (project = randomUUID()): Where => ({
    kind,
    project,
    port: (kind === 'redis' ? redis : memcached).port,
  });
  async function pair() {
    const at = where();
    return [await machine(at), await machine(at)] as const;
  }

  it('find what one of them has computed', async () => {
    const [one, other] = await pair();
    expect(await values(other, 'analysis:a')).toEqual([]);
    const value = { text: 'x'.repeat(10_000), list: [1, 2, 3] };
    await share(one, 'analysis:a', value, { id: 'v1' });
    expect(await values(other, 'analysis:a')).toEqual([value]);
    const [variant] = (await other.level.lookup(['analysis:a'])).found[0] ?? [];
    expect(variant).toMatchObject({ id: 'v1', stamp: { s: 'v1' }, costMs: 12.5, expiresAt: 0 });
  });

  it('keep the four newest variants, each with its value', async () => {
    const [one, other] = await pair();
    for (const n of [1, 2, 3, 4, 5, 6]) await share(n % 2 ? one : other, 'k:a', `value ${n}`);
    const four = ['value 6', 'value 5', 'value 4', 'value 3'];
    expect(await values(one, 'k:a')).toEqual(four);
    expect(await values(other, 'k:a')).toEqual(four);
    await share(one, 'k:a', 'value 4'); // the newest again, and once only
    expect(await values(other, 'k:a')).toEqual(['value 4', 'value 6', 'value 5', 'value 3']);
  });

  it('keep nothing beside a result that rests on no inputs', async () => {
    const [one, other] = await pair();
    await share(one, 'k:a', 'with inputs');
    await share(one, 'k:a', 'set', { id: '0' });
    expect(await values(other, 'k:a')).toEqual(['set']);
    await share(one, 'k:a', 'with inputs');
    expect(await values(other, 'k:a')).toEqual(['with inputs']);
  });

  it('lose no result of others when many put at once', async () => {
    const [one, other] = await pair();
    const keys = Array.from({ length: 40 }, (_, i) => `k:${i}`);
    await Promise.all(keys.flatMap((key) => [share(one, key, 'one'), share(other, key, 'other')]));
    for (const key of keys) expect((await values(one, key)).sort()).toEqual(['one', 'other']);
  });

  it('do not serve what has expired', async () => {
    const [one, other] = await pair();
    await share(one, 'k:a', 'old', { expiresAt: Date.now() - 1 });
    await share(one, 'k:b', 'for now', { expiresAt: Date.now() + 3_600_000 });
    expect(await values(other, 'k:a')).toEqual([]);
    expect(await values(other, 'k:b')).toEqual(['for now']);
  });

  it('do not serve what one of them has invalidated, and serve all else', async () => {
    const [one, other] = await pair();
    const names = (...more: string[]) => ({ names: ['*', ...more] });
    await share(one, 'a:tagged', 1, names('namespace a', 'tag src', 'tag src/x'));
    await share(one, 'a:other', 2, names('namespace a', 'tag lib'));
    await share(one, 'b:file', 3, names('namespace b', 'file src/a.ts'));
    await other.level.invalidate([{ name: 'tag src', cause: 'saved' }]);
    expect([await values(one, 'a:tagged'), await values(other, 'a:tagged')]).toEqual([[], []]);
    expect([await values(one, 'a:other'), await values(one, 'b:file')]).toEqual([[2], [3]]);
    await one.level.invalidate([
      { name: 'file src/a.ts', cause: '' },
      { name: 'pattern a:oth*', cause: '' },
    ]);
    expect([await values(other, 'a:other'), await values(other, 'b:file')]).toEqual([[], []]);
    await share(one, 'a:other', 4, names('tag lib'));
    expect(await values(other, 'a:other')).toEqual([4]);
    await other.level.invalidate([{ name: '*', cause: '' }]);
    expect(await values(one, 'a:other')).toEqual([]);
  });

  it('never serve a result that was begun before an invalidation and stored after it', async () => {
    const [one, other] = await pair();
    const { sequence } = await one.level.lookup(['k:a']);
    await other.level.invalidate([{ name: 'key k:a', cause: '' }]);
    await one.level.put([await result('k:a', 'too late', sequence)]);
    expect(await values(one, 'k:a')).toEqual([]);
    expect(await values(other, 'k:a')).toEqual([]);
    expect(one.level.counts.outdated).toBe(1);
    await share(one, 'k:a', 'in time');
    expect(await values(other, 'k:a')).toEqual(['in time']);
  });

  it('do not give out a value that was invalidated since it was looked up', async () => {
    const [one] = await pair();
    await share(one, 'k:a', 1);
    const [variant] = (await one.level.lookup(['k:a'])).found[0] ?? [];
    await one.level.invalidate([{ name: 'key k:a', cause: '' }]);
    expect(await one.level.value('k:a', variant as Variant)).toBeUndefined();
  });

  it('hear what others invalidate, and not what they invalidate themselves', async () => {
    const [one, other] = await pair();
    await one.level.invalidate([
      { name: 'tag a', cause: 'by hand' },
      { name: 'pattern x*', cause: '' },
    ]);
    await expect
      .poll(() => other.heard.map(({ name, cause }) => [name, cause]))
      .toEqual([
        ['tag a', 'by hand'],
        ['pattern x*', ''],
      ]);
    await other.level.lookup([]);
    await one.level.lookup([]);
    expect(other.heard).toHaveLength(2);
    expect(one.heard).toEqual([]);
  });

  it('swap a value in one step, of all instances', async () => {
    const [one, other] = await pair();
    const add = async (machine: Machine): Promise<void> => {
      const { sequence, found } = await machine.level.lookup(['k:n']);
      const newest = found[0]?.[0];
      const bytes = newest && (await machine.level.value('k:n', newest));
      if (newest && !bytes) return add(machine);
      const put = await result('k:n', bytes ? (decode(bytes) as number) + 1 : 1, sequence, { id: '0' });
      if (!(await machine.level.swap('k:n', newest, put))) return add(machine);
    };
    for (let round = 0; round < 5; round++) await Promise.all([add(one), add(other), add(one)]);
    expect(await values(other, 'k:n')).toEqual([15]);
  });

  it('leave out what the server does not take, and count it', async () => {
    const [one, other] = await pair();
    const noise = Array.from({ length: 1_000_000 }, () => Math.random());
    const { sequence } = await one.level.lookup([]);
    await one.level.put([
      await result('k:large', noise, sequence),
      await result('k:map', new Map([[1, 2]]), sequence),
      await result('k:a', 'fine', sequence),
    ]);
    expect(one.level.counts).toMatchObject({ oversized: 1, unshareable: 1 });
    expect([
      await values(other, 'k:large'),
      await values(other, 'k:map'),
      await values(other, 'k:a'),
    ]).toEqual([[], [], ['fine']]);
    expect(one.problems).toEqual([]);
  });

  it('look many keys up at once', async () => {
    const [one, other] = await pair();
    const keys = Array.from({ length: 100 }, (_, i) => `k:${i}`);
    const { sequence } = await one.level.lookup(keys);
    await one.level.put(await Promise.all(keys.map((key) => result(key, key, sequence))));
    const { found } = await other.level.lookup([...keys, 'k:missing']);
    expect(found.map((variants) => variants.length)).toEqual([...keys.map(() => 1), 0]);
  });
});

describe('a machine whose road to the server is cut', () => {
  async function cutOff(options: Partial<SharedLevelOptions> = {}) {
    const project = randomUUID();
    const road = await Road.to(redis);
    onTestFinished(() => road.close());
    const near = await machine({ kind: 'redis', project, port: redis.port });
    const far = await machine({ kind: 'redis', project, port: road.port }, options);
    return { road, near, far, project };
  }
  const down = (far: Machine) => expect.poll(() => far.level.state.state).toBe('down');

  it('serves nothing that was invalidated meanwhile, and hears of it when it is back', async () => {
    const { road, near, far } = await cutOff();
    await share(far, 'k:a', 1, { names: ['tag a'] });
    await share(far, 'k:b', 2, { names: ['tag b'] });
    road.cut();
    await down(far);
    await expect(far.level.lookup(['k:a'])).rejects.toMatchObject({ code: 'unavailable' });
    await near.level.invalidate([{ name: 'tag a', cause: 'far away' }]);
    road.mend();
    await far.up();
    expect(await values(far, 'k:a')).toEqual([]);
    expect(await values(far, 'k:b')).toEqual([2]);
    await expect.poll(() => far.heard).toMatchObject([{ name: 'tag a', cause: 'far away' }]);
  });

  it('hears of it also when only its ear was lost, and it reads nothing', async () => {
    const { near, far } = await cutOff({ pollMs: 3_600_000 });
    const clients = await redisCli(['-p', String(redis.port), 'client', 'list', 'type', 'pubsub']);
    expect(clients).toContain('cmd=subscribe');
    await redisCli(['-p', String(redis.port), 'client', 'kill', 'type', 'pubsub']);
    await near.level.invalidate([{ name: 'tag a', cause: '' }]);
    await expect.poll(() => far.heard).toMatchObject([{ name: 'tag a' }]);
    await expect.poll(() => far.level.state).toEqual({ state: 'up' });
    await near.level.invalidate([{ name: 'tag b', cause: '' }]);
    await expect.poll(() => far.heard).toMatchObject([{ name: 'tag a' }, { name: 'tag b' }]);
  });

  it('tells the server what it has invalidated, before it reads anything, when it is back', async () => {
    const { road, near, far } = await cutOff();
    for (const key of ['k:a', 'k:b', 'k:c']) await share(near, key, key);
    road.cut();
    await down(far);
    await far.level.invalidate([{ name: 'key k:a', cause: 'deleted' }]);
    await far.level.invalidate([
      { name: 'pattern k:b*', cause: '' },
      { name: 'tag x', cause: '' },
    ]);
    expect(await values(near, 'k:a')).toEqual(['k:a']); // it cannot know yet
    road.mend();
    await far.up();
    for (const machine of [far, near]) {
      expect(await values(machine, 'k:a')).toEqual([]);
      expect(await values(machine, 'k:b')).toEqual([]);
      expect(await values(machine, 'k:c')).toEqual(['k:c']);
    }
    expect(near.heard.map(({ name }) => name)).toEqual(['key k:a', 'pattern k:b*', 'tag x']);
    expect(far.heard).toEqual([]);
  });

  it('does so also when it was restarted in between', async () => {
    let kept: readonly Announced[] = [];
    const undelivered = {
      load: async () => kept,
      save: async (list: readonly Announced[]) => {
        kept = list;
      },
    };
    const { road, near, far, project } = await cutOff({ undelivered });
    await share(near, 'k:a', 1);
    road.cut();
    await down(far);
    await far.level.invalidate([{ name: 'key k:a', cause: 'deleted' }]);
    expect(kept).toEqual([{ name: 'key k:a', cause: 'deleted' }]);
    await far.level.close();
    road.mend();
    const again = await machine({ kind: 'redis', project, port: road.port }, { undelivered });
    expect(await values(again, 'k:a')).toEqual([]);
    expect(await values(near, 'k:a')).toEqual([]);
    await expect.poll(() => kept).toEqual([]);
  });
});

describe('a server that loses everything', () => {
  it('makes every machine take what it has heard so far for incomplete', async () => {
    const own = await servers.redis();
    const at: Where = { kind: 'redis', project: randomUUID(), port: own.port };
    const one = await machine(at);
    await share(one, 'k:a', 1);
    const before = one.level.sequence;
    await own.kill();
    await own.restart();
    await one.up();
    expect(await values(one, 'k:a')).toEqual([]);
    expect(one.level.sequence).toBeGreaterThan(before);
    expect(one.heard).toMatchObject([
      { name: '*', cause: 'the shared cache lost its record of invalidations' },
    ]);
    await share(one, 'k:a', 2);
    expect(await values(one, 'k:a')).toEqual([2]);
  });
});

describe('a server that is not to be trusted', () => {
  const HEAD = 'r\0';
  async function forged() {
    const at: Where = { kind: 'redis', project: randomUUID(), port: redis.port };
    const victim = await machine(at);
    await share(victim, 'k:a', { text: 'y'.repeat(3000) }, { id: 'first' });
    const read = async (key: string) => (await victim.store.read([key])).records[0] ?? new Uint8Array();
    const forge = (key: string, value: Uint8Array) => victim.store.write([{ key, value, ttlMs: 60_000 }]);
    return { victim, read, forge, record: Buffer.from(await read(`${HEAD}k:a`)) };
  }

  it('gains nothing with records that are cut off anywhere, or changed anywhere', async () => {
    const { victim, forge, record } = await forged();
    const [genuine] = await values(victim, 'k:a');
    for (let length = 0; length < record.length; length += 7) {
      await forge(`${HEAD}k:a`, record.subarray(0, length));
      expect((await values(victim, 'k:a')).filter((value) => value !== undefined)).toEqual([]);
    }
    for (let at = 0; at < record.length; at += 5) {
      const changed = Buffer.from(record);
      changed[at] = (changed[at] ?? 0) ^ 0x41;
      await forge(`${HEAD}k:a`, changed);
      for (const value of await values(victim, 'k:a')) expect([genuine, undefined]).toContainEqual(value);
      expect((await values(victim, 'k:a')).filter((value) => value !== undefined)).toEqual([]);
    }
    expect(victim.level.counts.unreadable).toBeGreaterThan(100);
    expect(victim.problems.length).toBe(victim.level.counts.unreadable);
    await share(victim, 'k:a', 'again'); // what cannot be read is written over
    expect(await values(victim, 'k:a')).toEqual(['again']);
  });

  it('gains nothing with the record of another key', async () => {
    const { victim, forge, record } = await forged();
    await forge(`${HEAD}k:b`, record);
    expect(await values(victim, 'k:b')).toEqual([]);
    expect(victim.problems.at(-1)).toBe(
      'The shared record of k:b cannot be used: it belongs to another key.',
    );
  });

  it('gains nothing with heads of another shape, and with values made to harm', async () => {
    const { victim, forge, record } = await forged();
    const { crc32 } = await import('node:zlib');
    const length = record.readUInt32BE(5);
    const head = JSON.parse(record.subarray(9, 9 + length).toString());
    const framed = (json: unknown, value: Uint8Array) => {
      const text = Buffer.from(JSON.stringify(json));
      const header = Buffer.alloc(9);
      header[0] = 1;
      header.writeUInt32BE(crc32(text), 1);
      header.writeUInt32BE(text.length, 5);
      return Buffer.concat([header, text, value]);
    };
    const [variant] = head.variants;
    const shapes = [
      null,
      1,
      [],
      {},
      { key: 'k:a' },
      { ...head, variants: [1] },
      { ...head, variants: Array(65).fill(variant) },
    ];
    for (const field of Object.keys(variant).filter((name) => name !== 'stamp'))
      for (const bad of [null, 'x', -1, {}]) {
        const before = variant[field];
        if (typeof bad === typeof before && typeof bad !== 'number') continue;
        shapes.push({ ...head, variants: [{ ...variant, [field]: bad }] });
      }
    for (const shape of shapes) {
      await forge(`${HEAD}k:a`, framed(shape, record.subarray(9 + length)));
      expect((await values(victim, 'k:a')).filter((value) => value !== undefined)).toEqual([]);
    }
    const bomb = deflateRawSync(Buffer.alloc(200 * 1024 * 1024, 32), { level: 9 });
    const payloads: [number, Buffer][] = [
      [17, bomb],
      [2, serialize({ harmless: true })],
      [18, deflateRawSync(serialize('x'))],
      [99, Buffer.from('{}')],
    ];
    for (const [encoding, payload] of payloads) {
      const value = Buffer.concat([Buffer.from([1, encoding, 0, 0, 0, 0]), payload]);
      value.writeUInt32BE(crc32(payload, encoding), 2);
      const told = { ...variant, bytes: value.length, sum: crc32(value) };
      await forge(`${HEAD}k:a`, framed({ ...head, variants: [told] }, value));
      expect(await values(victim, 'k:a')).toEqual([undefined]);
    }
  });
});
