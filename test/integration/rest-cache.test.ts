import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder, write } from '../support/workspace.ts';

const program = fileURLToPath(new URL('../../dist/headless.js', import.meta.url));

interface Answer {
  readonly status: number;
  readonly type: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: each test reads the fields it is about
  readonly body: any;
}

type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const path = (key: string) => `/api/v1/cache/${encodeURIComponent(key)}`;

function project(): string {
  const root = temporaryFolder();
  write(root, 'src/a.ts', 'export const one = 1;\n');
  write(root, 'src/b.ts', 'export const two = 2;\n');
  return root;
}

/** A server, and what it says on stderr. */
async function start(
  storage = temporaryFolder(),
  root = project(),
): Promise<{ ask: Ask; root: string; child: ChildProcess; errors: () => string }> {
  const child = spawn(process.execPath, [program, '--workspace', root, '--storage', storage]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  const { url, token } = JSON.parse(line);
  const ask: Ask = async (method, path, body) => {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      body: await answer.json(),
    };
  };
  return { ask, root, child, errors: () => errors };
}

beforeAll(() => {
  if (!existsSync(program)) throw new Error('dist/headless.js is missing: npm run build');
});

describe('values over REST', () => {
  it.each([
    'result:report',
    'result:a/b:c d',
    'result:%2F?#&+',
    'tool:search:äöü:日本語',
    'result:..',
    'result:../../stats',
    'result:"quotes"\\and\\backslashes',
  ])('are kept, read and deleted under the key %s', async (key) => {
    const { ask } = await start();
    const value = { text: 'x', list: [1, null, true], nested: { a: 'ü' } };
    expect(await ask('GET', path(key))).toMatchObject({
      status: 404,
      body: { detail: `${key}: never-cached.` },
    });
    expect(await ask('PUT', path(key), { value })).toMatchObject({
      status: 200,
      body: { key, stored: true },
    });
    expect(await ask('GET', path(key))).toMatchObject({ status: 200, body: { key, value } });
    expect(await ask('POST', '/api/v1/cache/lookup', { key })).toMatchObject({
      body: { hit: true, key, value },
    });
    expect(await ask('DELETE', path(key))).toMatchObject({ status: 200, body: { key, deleted: true } });
    expect(await ask('DELETE', path(key))).toMatchObject({ body: { deleted: false } });
    expect((await ask('GET', path(key))).body.detail).toMatch(/invalidated/);
  });

  it('that are null, false, zero or empty are hits', async () => {
    const { ask } = await start();
    for (const value of [null, false, 0, '', [], {}]) {
      await ask('PUT', path('result:k'), { value });
      expect((await ask('POST', '/api/v1/cache/lookup', { key: 'result:k' })).body).toMatchObject({
        hit: true,
        value,
      });
    }
  });

  it('end with their lifetime, and can be found by their tags and their agent', async () => {
    const { ask } = await start();
    await ask('PUT', path('result:short'), { value: 1, ttl: '100ms' });
    await ask('PUT', path('result:long'), {
      value: 2,
      ttl: '1h',
      tags: ['task/7'],
      agent: 'reviewer',
      cost: { ms: 1234 },
    });
    await expect.poll(async () => (await ask('GET', path('result:short'))).status).toBe(404);
    expect((await ask('POST', '/api/v1/cache/lookup', { key: 'result:short' })).body).toMatchObject({
      hit: false,
    });
    const { body } = await ask('GET', '/api/v1/cache/entries?tag=task');
    expect(body.entries).toMatchObject([
      { key: 'result:long', namespace: 'result', tags: ['agent:reviewer', 'task/7'], costMs: 1234 },
    ]);
    expect((await ask('GET', '/api/v1/cache/entries?agent=reviewer')).body.total).toBe(1);
  });

  it('have one key for the same parts, whatever the order of an object, and another for others', async () => {
    const { ask } = await start();
    const keyOf = async (parts: unknown) => {
      const { status, body } = await ask('POST', '/api/v1/cache/lookup', { namespace: 'tool', parts });
      expect(status).toBe(200);
      return body.key as string;
    };
    expect(await keyOf(['search', 'a:b', 7])).toBe('tool:search:a%3Ab:7');
    expect(await keyOf(['search', 'a', 'b', 7])).not.toBe(await keyOf(['search', 'a:b', 7]));
    expect(await keyOf({ q: 'x', limit: 3, none: null })).toBe(await keyOf({ limit: 3, q: 'x' }));
    expect(await keyOf({ q: 'x', limit: 4 })).not.toBe(await keyOf({ q: 'x', limit: 3 }));
    const long = await keyOf(['x'.repeat(5000)]);
    await ask('PUT', path(long), { value: 'long' });
    expect(
      (await ask('POST', '/api/v1/cache/lookup', { namespace: 'tool', parts: ['x'.repeat(5000)] })).body,
    ).toMatchObject({ hit: true, value: 'long' });
  });

  it('outlive a restart, with what they rest on', async () => {
    const storage = temporaryFolder();
    const first = await start(storage);
    await put(first.ask, 'result:a', { value: 'a', dependsOn: ['src/a.ts'] });
    await put(first.ask, 'result:b', { value: 'b', dependsOn: ['src/b.ts'] });
    first.child.kill('SIGTERM');
    await once(first.child, 'exit');
    writeFileSync(join(first.root, 'src/b.ts'), 'edited while nobody ran');
    const { ask } = await start(storage, first.root);
    expect((await ask('GET', path('result:a'))).body).toMatchObject({ value: 'a' });
    expect((await ask('GET', path('result:b'))).status).toBe(404);
  });
});

describe('a value with what it rests on', () => {
  it.each([
    [['src/a.ts'], (root: string) => writeFileSync(join(root, 'src/a.ts'), 'edited')],
    [[{ file: 'src/a.ts' }, 'src/b.ts'], (root: string) => rmSync(join(root, 'src/b.ts'))],
    [[{ absent: 'src/c.ts' }], (root: string) => write(root, 'src/c.ts', '')],
    [[{ folder: 'src' }], (root: string) => write(root, 'src/c.ts', '')],
    [[{ glob: '**/*.ts' }], (root: string) => write(root, 'deep/down/c.ts', '')],
  ])('on %j is a hit until that changes', async (dependsOn, change) => {
    const { ask, root } = await start();
    await put(ask, 'result:k', { value: 1, dependsOn });
    for (let i = 0; i < 3; i++) expect((await ask('GET', path('result:k'))).status).toBe(200);
    change(root);
    const { status, body } = await ask('GET', path('result:k'));
    expect([status, body.detail]).toEqual([404, expect.stringMatching(/^result:k: changed, /)]);
  });

  it('of another topic is a hit until that is invalidated', async () => {
    const { ask } = await start();
    await put(ask, 'result:k', { value: 1, dependsOn: [{ topic: 'tool:web_search' }] });
    const { body } = await ask('POST', '/api/v1/cache/invalidate', { topic: 'tool' });
    expect(body).toMatchObject({ entries: 1 });
    expect((await ask('GET', path('result:k'))).status).toBe(404);
  });
});

describe('a lease over REST', () => {
  const lookup = (ask: Ask, more: object = {}) =>
    ask('POST', '/api/v1/cache/lookup', { key: 'result:k', ...more });

  it('comes with a miss, stores once, and is not given with a hit or when it is not wanted', async () => {
    const { ask } = await start();
    await sleep(80); // the files are older than the lease
    expect((await lookup(ask, { lease: false })).body).toEqual({
      hit: false,
      key: 'result:k',
      reason: 'never-cached',
    });
    const { body } = await lookup(ask);
    expect(body).toEqual({ hit: false, key: 'result:k', reason: 'never-cached', lease: expect.any(String) });
    const store = () =>
      ask('PUT', path('result:k'), { value: 1, dependsOn: ['src/a.ts'], lease: body.lease });
    expect(await store()).toMatchObject({ status: 200, body: { stored: true } });
    expect((await lookup(ask)).body).toEqual({ hit: true, key: 'result:k', value: 1 });
    expect(await store()).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/not known here/) },
    });
    expect((await lookup(ask)).body).toMatchObject({ hit: true, value: 1 });
  });

  it('refuses a result whose inputs moved, says which, and keeps nothing', async () => {
    const { ask, root } = await start();
    await sleep(80);
    for (const [early, late] of [
      [['src/a.ts'], []],
      [[], ['src/a.ts']],
    ]) {
      const { body } = await lookup(ask, { dependsOn: early });
      writeFileSync(join(root, 'src/a.ts'), `// ${Math.random()}`);
      const answer = await ask('PUT', path('result:k'), { value: 1, dependsOn: late, lease: body.lease });
      expect(answer).toMatchObject({
        status: 409,
        type: 'application/problem+json',
        body: {
          status: 409,
          title: 'Not stored',
          detail: expect.stringMatching(/moved since the lease.*src\/a\.ts/),
        },
      });
      expect((await lookup(ask, { lease: false })).body).toMatchObject({ hit: false });
      await sleep(80);
    }
  });

  it('refuses a result that was invalidated while it was computed', async () => {
    const { ask } = await start();
    for (const selector of [{ regex: '^result:' }, { topic: 'agent' }, { agent: 'x' }, { all: true }]) {
      const { body } = await lookup(ask, { agent: 'x', dependsOn: [{ topic: 'agent:x' }] });
      await ask('POST', '/api/v1/cache/invalidate', selector);
      expect(await ask('PUT', path('result:k'), { value: 1, lease: body.lease })).toMatchObject({
        status: 409,
      });
    }
  });

  it('is worth nothing in another process', async () => {
    const [one, other] = [await start(), await start()];
    const { body } = await lookup(one.ask);
    expect(await other.ask('PUT', path('result:k'), { value: 1, lease: body.lease })).toMatchObject({
      status: 409,
    });
    expect(await other.ask('GET', path('result:k'))).toMatchObject({ status: 404 });
  });
});

describe('invalidating over REST', () => {
  const fill = async (ask: Ask) => {
    await put(ask, 'result:a', { value: 1, tags: ['task/7'] });
    await put(ask, 'result:b', { value: 2, tags: ['task/8'], agent: 'reviewer' });
    await put(ask, 'tool:c', { value: 3, dependsOn: ['src/a.ts', { topic: 'tool:web' }] });
  };

  it.each([
    [{ key: 'result:a' }, 1],
    [{ keys: ['result:a', 'result:b', 'no:ne'] }, 2],
    [{ tag: 'task' }, 2],
    [{ tags: ['task/7', 'task/8', 'agent'] }, 2],
    [{ pattern: 'result:*' }, 2],
    [{ regex: '^(result|tool):[ac]$' }, 2],
    [{ namespace: 'tool' }, 1],
    [{ agent: 'reviewer' }, 1],
    [{ topic: 'tool' }, 1],
    [{ file: 'src/a.ts' }, 1],
    [{ level: 'memory' }, 3],
    [{ olderThan: '1h' }, 0],
    [{ olderThan: 0 }, 3],
    [{ createdBefore: 1 }, 0],
    [{ all: true }, 3],
  ])('by %j is previewed on both doors, then done, and says what it hit', async (selector, entries) => {
    const { ask } = await start();
    await fill(ask);
    await sleep(2); // older than a moment
    const previews = [
      await ask('POST', '/api/v1/cache/invalidate?preview=true', selector),
      await ask('POST', '/api/v1/cache/invalidate', { ...selector, preview: true }),
    ];
    for (const { status, body } of previews) {
      expect([status, body]).toEqual([
        200,
        {
          preview: true,
          entries,
          bytes: expect.any(Number),
          levels: { memory: entries, file: entries, shared: 0 },
          examples: expect.any(Array),
        },
      ]);
      expect(body.examples).toHaveLength(entries);
    }
    expect((await ask('GET', '/api/v1/cache/entries')).body.total).toBe(3);
    const { status, body } = await ask('POST', '/api/v1/cache/invalidate?preview=false', selector);
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ entries, bytes: previews[0]?.body.bytes }),
    ]);
    const left = (await ask('GET', '/api/v1/cache/entries')).body.total;
    expect(left).toBe('level' in selector ? 3 : 3 - entries);
  });
});

describe('undoing over REST', () => {
  it('brings back what the last invalidation hit, or the one that is named', async () => {
    const { ask } = await start();
    await put(ask, 'result:a', { value: 1, tags: ['t'], dependsOn: ['src/a.ts'] });
    await put(ask, 'result:b', { value: 2 });
    const first = await ask('POST', '/api/v1/cache/invalidate', { tag: 't' });
    const second = await ask('POST', '/api/v1/cache/invalidate', { regex: 'b$' });
    expect([first.body, second.body]).toMatchObject([
      { entries: 1, undoable: 1 },
      { entries: 1, undoable: 1 },
    ]);
    expect((await ask('GET', '/api/v1/cache/undo')).body.undoable).toMatchObject([
      { id: second.body.undo },
      { id: first.body.undo },
    ]);
    const undone = await ask('POST', '/api/v1/cache/undo', { id: first.body.undo });
    expect(undone).toMatchObject({ status: 200, body: { id: first.body.undo, entries: 1 } });
    expect((await ask('GET', path('result:a'))).body).toMatchObject({ value: 1 });
    expect((await ask('GET', path('result:b'))).status).toBe(404);
    expect(await ask('POST', '/api/v1/cache/undo', {})).toMatchObject({ status: 200, body: { entries: 1 } });
    expect((await ask('GET', path('result:b'))).body).toMatchObject({ value: 2 });
    const nothing = await ask('POST', '/api/v1/cache/undo', {});
    expect(nothing).toMatchObject({ status: 409, body: { title: 'Not undone' } });
    expect(await ask('POST', '/api/v1/cache/undo', { id: first.body.undo })).toMatchObject({ status: 409 });
  });
});

describe('why a key is served, or was not', () => {
  it('names what the entry rests on, and what of it is another now', async () => {
    const { ask, root } = await start();
    await put(ask, 'result:k', {
      value: 1,
      tags: ['t'],
      dependsOn: [
        'src/a.ts',
        { absent: 'src/c.ts' },
        { glob: 'src/*.ts' },
        { folder: 'src' },
        { env: 'NONE' },
      ],
    });
    const why = async () => (await ask('GET', `${path('result:k')}/why`)).body;
    const states = (body: { dependencies: { subject: string; state: string }[] }) =>
      body.dependencies.map(({ subject, state }) => [subject, state]);
    const now = await why();
    expect(now).toMatchObject({ cached: true, entry: { key: 'result:k', tags: ['t'], hits: 0 } });
    expect(states(now)).toHaveLength(5);
    expect(new Set(states(now).map(([, state]) => state))).toEqual(new Set(['same']));
    writeFileSync(join(root, 'src/a.ts'), 'export const three = 3;\n');
    expect(states(await why())).toContainEqual(['src/a.ts', 'changed']);
    expect((await ask('GET', path('result:k'))).status).toBe(404);
    expect(await why()).toMatchObject({ lastMiss: { reason: 'changed', detail: 'src/a.ts changed' } });
    expect((await ask('GET', `${path('result:none')}/why`)).body).toEqual({
      key: 'result:none',
      cached: false,
      absence: { reason: 'never-cached' },
      variants: [],
      story: [],
      dependents: [],
    });
  });
});

describe('warming over REST', () => {
  it('computes everything, or what is named, and says what was there already', async () => {
    const { ask } = await start();
    const warm = async (body: object) => (await ask('POST', '/api/v1/cache/warm', body)).body;
    expect(await warm({ analysis: 'outline', glob: 'src/a.*' })).toMatchObject({
      files: 1,
      computed: 1,
      hits: 0,
    });
    expect((await ask('GET', '/api/v1/cache/entries')).body.total).toBe(1);
    expect(await warm({ glob: 'src/*' })).toMatchObject({ files: 2, computed: 3, hits: 1, refused: 0 });
    expect(await warm({ glob: 'none/*' })).toMatchObject({ files: 0, computed: 0 });
    expect((await warm({})).hits).toBeGreaterThanOrEqual(4);
    expect(await warm({})).toMatchObject({ files: 2, computed: 0, refused: 0 });
    for (const [body, status] of [
      [{ analysis: 'nonsense' }, 422],
      [{ glob: '{a,b}'.repeat(30) }, 422],
      [{ nonsense: 1 }, 400],
    ] as const)
      expect(await ask('POST', '/api/v1/cache/warm', body)).toMatchObject({ status });
  });
});

describe('the list of entries', () => {
  it('comes in pages, each entry once, in every order', async () => {
    const { ask } = await start();
    for (let i = 0; i < 25; i++) {
      await put(ask, `result:${i % 5}-${i}`, {
        value: 'x'.repeat((i * 37) % 100),
        tags: [`t/${i % 2}`],
        cost: { ms: i % 7 },
      });
      if (i % 3 === 0) await ask('GET', path(`result:${i % 5}-${i}`));
    }
    for (const [sort, field] of [
      ['key', 'key'],
      ['hits', 'hits'],
      ['bytes', 'bytes'],
      ['created', 'createdAt'],
      ['cost', 'costMs'],
    ] as const) {
      // biome-ignore lint/suspicious/noExplicitAny: as the server says
      const seen: any[] = [];
      let cursor = '';
      do {
        const { status, body } = await ask('GET', `/api/v1/cache/entries?sort=${sort}&limit=7${cursor}`);
        expect(status).toBe(200);
        expect(body.total).toBe(25);
        expect(body.entries.length).toBeLessThanOrEqual(7);
        seen.push(...body.entries);
        cursor = body.cursor === undefined ? '' : `&cursor=${body.cursor}`;
      } while (cursor);
      expect(new Set(seen.map(({ key }) => key)).size).toBe(25);
      for (const [i, entry] of seen.entries()) {
        const before = seen[i - 1];
        if (before)
          expect(sort === 'key' ? before.key < entry.key : before[field] >= entry[field]).toBe(true);
      }
    }
    const { body } = await ask('GET', '/api/v1/cache/entries?sort=hits&limit=1');
    const other = await ask('GET', `/api/v1/cache/entries?sort=bytes&cursor=${body.cursor}`);
    expect(other).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/in this order/) } });
    const filtered = await ask(
      'GET',
      `/api/v1/cache/entries?tag=t/1&pattern=${encodeURIComponent('result:[0-2]-*')}&namespace=result`,
    );
    expect(filtered.body.total).toBe([...Array(25).keys()].filter((i) => i % 2 === 1 && i % 5 < 3).length);
  });
});

describe('garbage', () => {
  it('in every field is a clear problem, and nothing is stored', async () => {
    const { ask, errors } = await start();
    const long = 'x'.repeat(5000);
    const garbage: unknown[] = [
      null,
      true,
      1.5,
      -1,
      '',
      long,
      [],
      [null],
      [[]],
      {},
      { a: 1 },
      { toString: 1 },
    ];
    const requests: [string, string, unknown?][] = [];
    const put = (body: unknown) => requests.push(['PUT', path('result:k'), body]);
    const { value: _, ...fields } = {
      value: 0,
      tags: 0,
      ttl: 0,
      agent: 0,
      dependsOn: 0,
      cost: 0,
      lease: 0,
      extra: 0,
    };
    const fits: Record<string, (value: unknown) => boolean> = {
      tags: (value) => Array.isArray(value) && value.length === 0,
      ttl: (value) => value === 1.5,
      agent: () => false,
      dependsOn: (value) => Array.isArray(value) && value.length === 0,
      cost: () => false,
      lease: () => false,
      extra: () => false,
    };
    for (const field of Object.keys(fields)) {
      for (const one of garbage) if (!fits[field]?.(one)) put({ value: 1, [field]: one });
    }
    for (const one of garbage) put(one);
    for (const one of [...garbage, '{"value": 1', '\u0000', 'undefined'])
      for (const [method, to] of [
        ['POST', '/api/v1/cache/lookup'],
        ['POST', '/api/v1/cache/invalidate'],
        ['POST', '/api/v1/cache/undo'],
      ] as const)
        if (!(to.endsWith('undo') && JSON.stringify(one) === '{}'))
          requests.push([method, to, one ?? 'null']);
    for (const one of garbage) {
      for (const field of [
        'key',
        'keys',
        'tag',
        'tags',
        'pattern',
        'regex',
        'namespace',
        'agent',
        'topic',
        'file',
        'level',
        'olderThan',
        'createdBefore',
        'preview',
      ])
        if (!(['olderThan', 'createdBefore'].includes(field) && one === 1.5))
          requests.push(['POST', '/api/v1/cache/invalidate', { [field]: one }]);
      for (const field of ['key', 'namespace', 'parts', 'agent', 'dependsOn', 'lease', 'extra'])
        requests.push(['POST', '/api/v1/cache/lookup', { [field]: one }]);
      requests.push(['POST', '/api/v1/cache/undo', { id: one }]);
    }
    for (const dependsOn of [
      ['../x'],
      ['/etc/passwd'],
      ['a\0b'],
      ['src/none.ts'],
      [{ file: 'src' }],
      [{ folder: 'none' }],
      [{ glob: '{a,b}'.repeat(30) }],
      [{ entry: 'no:ne' }],
      [{ entry: 'nokey' }],
      [{ absent: 'src/a.ts' }],
      [{ file: 'src/a.ts', absent: 'x' }],
    ])
      put({ value: 1, dependsOn });
    put({ value: 1, lease: 'made-up' });
    for (const key of [
      'nokey',
      ':x',
      'x:',
      'Upper:x',
      'result:',
      long,
      'a b:c',
      `result:${long}`,
      '%E0%A4%A',
      '__proto__:x',
    ])
      for (const method of ['GET', 'PUT', 'DELETE'])
        requests.push([method, path(key), method === 'PUT' ? { value: 1 } : undefined]);
    requests.push(['GET', '/api/v1/cache/%E0%A4%A']);
    for (const query of [
      'sort=size',
      'limit=0',
      'limit=x',
      'limit=100000',
      'cursor=abc',
      'cursor=W10',
      'tag=',
      'nonsense=1',
      'tag=a&tag=b',
      `regex=${encodeURIComponent('a(?=b)')}`,
      `pattern=${encodeURIComponent('{a,b}'.repeat(30))}`,
      'file=../x',
      '__proto__=1',
      'tag=a&agent=b',
    ])
      requests.push(['GET', `/api/v1/cache/entries?${query}`]);
    requests.push(['POST', '/api/v1/cache/invalidate?preview=maybe', { all: true }]);
    requests.push(['POST', '/api/v1/cache/invalidate?other=1', { all: true }]);
    for (const [method, to, body] of requests) {
      const answer = await ask(method, to, body);
      const shown = `${method} ${to.slice(0, 80)} ${JSON.stringify(body)?.slice(0, 80)}`;
      expect([shown, answer.status >= 400 && answer.status < 500, answer.type]).toEqual([
        shown,
        true,
        'application/problem+json',
      ]);
      expect(answer.body).toMatchObject({ type: 'about:blank', status: answer.status });
      expect([shown, answer.body.detail.length > 10]).toEqual([shown, true]);
    }
    expect(requests.length).toBeGreaterThan(300);
    expect((await ask('GET', '/api/v1/cache/entries')).body).toMatchObject({ total: 0 });
    expect(errors()).not.toMatch(/server:/);
  });
});

async function put(ask: Ask, key: string, body: unknown): Promise<void> {
  expect(await ask('PUT', path(key), body)).toMatchObject({ status: 200, body: { key, stored: true } });
}
