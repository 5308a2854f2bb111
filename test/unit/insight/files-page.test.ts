import { describe, expect, it } from 'vitest';
import type { Stamp } from '../../../src/freshness/stamp.ts';
import { filesPage } from '../../../src/insight/files/files-page.ts';
import { Recorder } from '../../../src/insight/recorder.ts';
import type { FilesQuery } from '../../../src/protocol/files.ts';
import { workspaceWith } from '../../support/workspace.ts';

/** `top` rests on `middle`, which rests on `a.ts` and `b.ts`; `alone` on `b.ts`; `names` on the folder. */
async function layered() {
  const recorder = new Recorder<Stamp>(() => {});
  const { cache, write } = workspaceWith(
    { 'src/a.ts': 'a', 'src/b.ts': 'b', 'c.ts': 'c' },
    { observer: recorder },
  );
  const read = (key: string, ...paths: string[]) =>
    cache.getOrCompute(key, async (context) => {
      return (await Promise.all(paths.map(async (path) => (await context.readFile(path))?.text()))).join();
    });
  const all = async () => {
    await cache.getOrCompute('test:top', (context) =>
      context.entry('test:middle', async (inner) => {
        return `${(await inner.readFile('src/a.ts'))?.text()}${(await inner.readFile('src/b.ts'))?.text()}`;
      }),
    );
    await read('test:alone', 'src/b.ts');
    await read('test:absent', 'src/none.ts');
    await cache.getOrCompute('test:names', (context) => context.list('src').then(String));
  };
  await all();
  const page = (query: Partial<FilesQuery> = {}) =>
    filesPage(cache, recorder.fileChanges, {
      filter: '',
      sort: 'path',
      descending: false,
      from: 0,
      count: 10,
      ...query,
    });
  return { cache, recorder, page, write, all };
}

describe('files that entries rest on', () => {
  it('tell what a save would make invalid, those that rest on entries included', async () => {
    const { cache, page } = await layered();
    const bytes = (...keys: string[]) =>
      keys.reduce((sum, key) => sum + (cache.cache.entry(key)?.bytes ?? 0), 0);
    const { total, rows } = await page();
    expect(total).toBe(2);
    expect(rows).toMatchObject([
      { file: 'src/a.ts', entries: 2, bytes: bytes('test:middle', 'test:top') },
      { file: 'src/b.ts', entries: 3, bytes: bytes('test:middle', 'test:top', 'test:alone') },
    ]);
    for (const row of rows) expect(row.costMs).toBeGreaterThan(0);
  });

  it('are found by a part of the path, or a glob', async () => {
    const { page } = await layered();
    const files = async (filter: string) => (await page({ filter })).rows.map(({ file }) => file);
    expect(await files('A.T')).toEqual(['src/a.ts']);
    expect(await files('src/?.ts')).toEqual(['src/a.ts', 'src/b.ts']);
    expect(await files('c.ts')).toEqual([]);
    expect(await page({ filter: `{${'a,'.repeat(300)}}` })).toMatchObject({
      rows: [],
      problem: expect.stringMatching(/\.$/),
    });
  });

  it('come in every order, in pages', async () => {
    const { page } = await layered();
    const files = async (query: Partial<FilesQuery>) => (await page(query)).rows.map(({ file }) => file);
    expect(await files({ descending: true })).toEqual(['src/b.ts', 'src/a.ts']);
    for (const sort of ['entries', 'bytes', 'cost'] as const) {
      expect(await files({ sort, descending: true })).toEqual(['src/b.ts', 'src/a.ts']);
    }
    expect(await files({ sort: 'changes' })).toEqual(['src/a.ts', 'src/b.ts']);
    expect(await files({ from: 1, count: 5 })).toEqual(['src/b.ts']);
  });

  it('count their changes and what each made invalid, whether a read or a watcher noticed', async () => {
    const { cache, page, write, all } = await layered();
    write('src/b.ts', 'other');
    cache.hint('src/b.ts');
    await cache.settled();
    await all();
    write('src/a.ts', 'something else');
    await all();
    const { rows } = await page();
    expect(rows).toMatchObject([
      { file: 'src/a.ts', changes: 1, invalidated: 2 },
      { file: 'src/b.ts', changes: 1, invalidated: 3 },
    ]);
  });
});
