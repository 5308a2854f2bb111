import { describe, expect, it } from 'vitest';
import { entriesPage } from '../../../src/insight/entries/entries-page.ts';
import { ENTRY_SORTS, type EntriesQuery } from '../../../src/protocol/entries.ts';
import { workspaceWith } from '../../support/workspace.ts';

const query = (filter: string, more: Partial<EntriesQuery> = {}): EntriesQuery => {
  return { filter, sort: 'key', descending: false, from: 0, count: 100, ...more };
};

/** Three entries about files, and two that were set. */
async function some() {
  const clock = { now: 1_000_000 };
  const { cache, shout } = workspaceWith(
    { 'src/a.ts': 'a', 'src/deep/b.ts': 'bb', 'c.md': 'c' },
    { now: () => clock.now },
  );
  for (const path of ['src/a.ts', 'src/deep/b.ts', 'c.md']) await shout(path);
  clock.now += 60_000;
  await cache.set('other:large', 'x'.repeat(5000), { tags: ['language/typescript'], cost: { ms: 80 } });
  await cache.set('other:Small', 1, { cost: { ms: 2 } });
  for (let i = 0; i < 3; i++) await cache.get('other:Small');
  const page = (filter: string, more?: Partial<EntriesQuery>) =>
    entriesPage(cache, query(filter, more), clock.now);
  const keys = async (filter: string, more?: Partial<EntriesQuery>) =>
    (await page(filter, more)).rows.map(({ key }) => key.replace('test:shout:', ''));
  return { cache, page, keys };
}

describe('the entries that match', () => {
  it.each([
    ['', ['other:Small', 'other:large', 'c.md', 'src/a.ts', 'src/deep/b.ts']],
    ['SMALL', ['other:Small']],
    ['shout src', ['src/a.ts', 'src/deep/b.ts']],
    ['key:test:*.md', ['c.md']],
    ['namespace:other', ['other:Small', 'other:large']],
    ['namespace:oth', []],
    ['namespace:o*', ['other:Small', 'other:large']],
    ['tag:language', ['other:large']],
    ['tag:lang', []],
    ['tag:lang*', ['other:large']],
    ['file:src', ['src/a.ts', 'src/deep/b.ts']],
    ['file:src/**', ['src/a.ts', 'src/deep/b.ts']],
    ['file:c.md', ['c.md']],
    ['text:TYPESCRIPT', ['other:large']],
    ['text:deep', ['src/deep/b.ts']],
    ['size>4KB', ['other:large']],
    ['age<30s', ['other:Small', 'other:large']],
    ['age>=1min', ['c.md', 'src/a.ts', 'src/deep/b.ts']],
    ['hits:3', ['other:Small']],
    ['namespace:other cost>50ms', ['other:large']],
    ['level:memory -namespace:test -size>4KB', ['other:Small']],
    ['level:file', []],
  ])('of "%s"', async (filter, expected) => {
    const { keys } = await some();
    expect(await keys(filter)).toEqual(expected);
  });

  it('are counted with their bytes, whatever of them the page shows', async () => {
    const { cache, page } = await some();
    const bytes = [...cache.cache.entries()].reduce((sum, entry) => sum + entry.bytes, 0);
    expect(await page('', { from: 1, count: 2 })).toMatchObject({
      total: 5,
      matched: 5,
      matchedBytes: bytes,
    });
    expect((await page('', { from: 1, count: 2 })).rows.map(({ key }) => key)).toEqual([
      'other:large',
      'test:shout:c.md',
    ]);
    expect((await page('', { from: 5, count: 2 })).rows).toEqual([]);
    expect((await page('', { from: -3, count: Number.NaN })).rows).toEqual([]);
    expect((await page('', { from: 1e9, count: 1e9 })).rows).toEqual([]);
  });

  it('are told what is wrong with a filter instead', async () => {
    const { page } = await some();
    const wrong = await page('size>much');
    expect(wrong).toMatchObject({ total: 5, matched: 0, rows: [] });
    expect(wrong.problem).toBe('At character 6: "much" is no size: write 500, 10KB, 2MB.');
  });

  it.each(ENTRY_SORTS)('come in the order of %s, equal ones by key', async (sort) => {
    const { page } = await some();
    const up = (await page('', { sort })).rows;
    const down = (await page('', { sort, descending: true })).rows;
    const by = { bytes: 'bytes', created: 'createdAt', lastHit: 'lastHitAt', hits: 'hits', cost: 'costMs' };
    const field = (sort in by ? by[sort as keyof typeof by] : sort) as 'key';
    const ascending = up.map((row) => row[field]);
    const numeric = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
    expect(ascending).toEqual([...ascending].sort(numeric));
    expect(down.map((row) => row[field])).toEqual([...ascending].reverse());
    for (const rows of [up, down]) {
      const ties = rows.filter((row, i) => i > 0 && row[field] === rows[i - 1]?.[field]);
      for (const row of ties) expect(row.key > (rows[rows.indexOf(row) - 1]?.key ?? '')).toBe(true);
    }
  });

  it('counts nothing as a hit', async () => {
    const { cache, page } = await some();
    const hits = () => [...cache.cache.entries()].map((entry) => entry.hits);
    const before = hits();
    await page('size>0');
    expect(hits()).toEqual(before);
  });

  it('are found and sorted among 100,000 without holding the thread', async () => {
    const { cache } = workspaceWith({}, { memory: { entries: 100_000, bytes: 2 ** 30, eviction: 'lru' } });
    for (let i = 0; i < 100_000; i++) await cache.set(`bulk:${(i * 7919) % 100_000}`, i);
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    const page = await entriesPage(cache, query('bulk -99', { sort: 'created', from: 50_000 }), Date.now());
    clearInterval(counting);
    expect(page).toMatchObject({ total: 100_000, matched: expect.any(Number) });
    expect(page.rows).toHaveLength(100);
    expect(turns).toBeGreaterThan(3);
  });
});
