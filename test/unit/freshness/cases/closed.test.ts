import { renameSync, rmSync, unlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { StoreKind } from '../../../../src/cache/stores/open.ts';
import { databaseIn } from '../../../support/database.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { names, read } from './questions.ts';
import { longAfter } from './scene.ts';
import { Window } from './window.ts';

vi.setConfig({ testTimeout: 30_000 }); // real stores, on a machine that may be loaded

const KINDS: readonly StoreKind[] = ['sqlite', 'keyv-file'];

describe.each(KINDS)('on %s,', (kind) => {
  const QUESTIONS = {
    a: read('a.txt'),
    b: read('b.txt'),
    ab: read('a.txt', 'b.txt'),
    c: read('c.txt'),
    d: read('d.txt'),
    lib: names('lib'),
  };

  const start = () => {
    const root = temporaryFolder();
    const storage = temporaryFolder();
    for (const name of ['a', 'b', 'd']) write(root, `${name}.txt`, name);
    write(root, 'lib/x.txt', 'x');
    const open = async (now?: () => number) =>
      Window.open(root, {
        questions: QUESTIONS,
        database: await databaseIn(storage, kind),
        ...(now && { now }),
      });
    return {
      root,
      storage,
      open,
      fresh: () => Window.open(root, { questions: QUESTIONS }).then((one) => one.answers()),
    };
  };

  it('case 26: of what changed while the editor was closed nothing is served, and all else is', async () => {
    const { root, open, fresh } = start();
    const file = join(root, 'a.txt');
    const then = new Date(2020, 1, 1);
    utimesSync(file, then, then);
    const before = await open(longAfter);
    await before.answers();
    await before.close();
    await sleep(20); // the kernel's tick
    write(root, 'a.txt', 'z'); // same size
    utimesSync(file, then, then); // same time
    write(root, 'c.txt', 'appeared');
    utimesSync(join(root, 'd.txt'), new Date(2001, 1, 1), new Date(2001, 1, 1));
    write(root, 'lib/y.txt', '');
    const after = await open(longAfter);
    await after.cache.cache.loadCatalog();
    expect([...after.witness.live].sort()).toEqual(['case:b', 'case:d']);
    expect(await after.answers()).toEqual(await fresh());
    expect(after.computed).toEqual(['a', 'ab', 'c', 'lib']);
    expect(after.problems).toEqual([]);
  });

  it('case 26: a whole folder replaced while the editor was closed is taken for what it is', async () => {
    const { root, open, fresh } = start();
    const before = await open();
    await before.answers();
    await before.close();
    for (const name of ['a.txt', 'b.txt', 'd.txt']) unlinkSync(join(root, name));
    rmSync(join(root, 'lib'), { recursive: true });
    write(root, 'new/a.txt', 'a');
    renameSync(join(root, 'new'), join(root, 'lib'));
    const after = await open();
    expect(await after.answers()).toEqual(await fresh());
    expect(after.computed).toEqual(['a', 'ab', 'b', 'd', 'lib']); // c was and is absent
  });
});
