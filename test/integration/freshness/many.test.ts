import { expect, it } from 'vitest';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import type { Stamp } from '../../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { Witness } from '../../support/witness.ts';
import { temporaryFolder, workspaceWith, write } from '../../support/workspace.ts';

const HUNDRED_THOUSAND = 100_000;

it('case 36: an edit of one file with 100,000 dependents makes all of them invalid, and nothing else', async () => {
  const root = temporaryFolder();
  write(root, 'config.json', 'one');
  write(root, 'other.txt', 'other');
  const witness = new Witness<Stamp>();
  const memory = { entries: 2 * HUNDRED_THOUSAND, bytes: 1 << 30 };
  const now = () => Date.now() + 60_000; // so that one stat verifies
  const cache = new WorkspaceCache({ disk: new FolderDisk(root), observer: witness, memory, now });
  const ask = (i: number, path = 'config.json') =>
    cache.getOrCompute(`case:${path}:${i}`, async (context) => (await context.readFile(path))?.text());
  const { value } = await ask(0);
  const stamp = cache.cache.entry('case:config.json:0')?.stamp;
  if (!stamp) throw new Error('The first of them is not kept.');
  for (let i = 1; i < HUNDRED_THOUSAND; i++) await cache.cache.set(`case:config.json:${i}`, value, stamp);
  for (let i = 0; i < 10; i++) await ask(i, 'other.txt');
  expect(cache.dependents.of('config.json')).toHaveLength(HUNDRED_THOUSAND);
  const { reads } = cache.fingerprints;

  write(root, 'config.json', 'two');
  expect((await ask(HUNDRED_THOUSAND - 1)).value).toBe('two'); // ahead of any hint
  cache.hint('config.json');
  await cache.settled();
  expect(witness.leavings).toHaveLength(HUNDRED_THOUSAND);
  expect(witness.live.size).toBe(11);
  expect(cache.fingerprints.reads - reads).toBeLessThan(10); // once for all, not once for each
  expect((await ask(0)).value).toBe('two');
  expect((await ask(0, 'other.txt')).from).toBe('memory');
}, 300_000);

it('case 36: an entry with 50,000 inputs sees the change of any of them, also of one that was absent', async () => {
  const MOST = 50_000;
  const { root, cache, write: edit } = workspaceWith({}, { now: () => Date.now() + 60_000 });
  const there = (i: number) => i % 50 === 0;
  const path = (i: number) => `src/${i % 100}/${i}.txt`;
  for (let i = 0; i < MOST; i++) if (there(i)) write(root, path(i), `${i}`);
  let runs = 0;
  const ask = () =>
    cache.getOrCompute('case:wide', async (context) => {
      runs++;
      let bytes = 0;
      for (let i = 0; i < MOST; i++) bytes += (await context.readFile(path(i)))?.bytes.length ?? 0;
      return bytes;
    });
  const { value } = await ask();
  expect(await ask()).toEqual({ value, from: 'memory' });
  edit(path(49_950), '-----'); // as long as it was
  expect(await ask()).toMatchObject({ value, from: 'computed' });
  edit(path(1), 'new');
  expect(await ask()).toMatchObject({ value: Number(value) + 3, from: 'computed' });
  expect((await ask()).from).toBe('memory');
  edit('src/1/nobody-asked-for-it.txt', '');
  expect((await ask()).from).toBe('memory');
  expect(runs).toBe(3);
}, 300_000);

it('case 36: one input more than an entry may have is refused in one sentence, and nothing is kept', async () => {
  const { cache, witness } = workspaceWith({});
  const ask = cache.getOrCompute('case:too-wide', async (context) => {
    for (let i = 0; i <= 50_000; i++) context.kind(`none/${i}`);
  });
  await expect(ask).rejects.toThrow(
    'A result may rest on 50000 inputs at the most (setting agentCache.freshness.maxDependencies).',
  );
  expect(witness.live.size).toBe(0);
});
