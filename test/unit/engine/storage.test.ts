import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimStorage, dropUnused } from '../../../src/engine/storage.ts';
import { temporaryFolder } from '../../support/workspace.ts';

const DAY = 86_400_000;

describe('the storage of a workspace folder', () => {
  it('is one for all who open the folder, by whichever path, and another for every other folder', async () => {
    const [base, one, other, links] = [0, 1, 2, 3].map(() => temporaryFolder()) as [
      string,
      string,
      string,
      string,
    ];
    symlinkSync(one, join(links, 'one'));
    const storage = await claimStorage(base, one);
    expect(await claimStorage(base, one)).toBe(storage);
    expect(await claimStorage(base, join(links, 'one'))).toBe(storage);
    expect(await claimStorage(base, other)).not.toBe(storage);
  });

  it('goes when nobody has opened it for long, and nothing else does', async () => {
    const [base, one, other] = [0, 1, 2].map(() => temporaryFolder()) as [string, string, string];
    const [unused, used] = [await claimStorage(base, one), await claimStorage(base, other)];
    const long = new Date(Date.now() - 61 * DAY);
    utimesSync(join(unused, 'workspace.txt'), long, long);
    mkdirSync(join(base, 'foreign'));
    writeFileSync(join(base, 'file.txt'), '');
    expect(await dropUnused(base, 60 * DAY)).toBe(1);
    expect(
      [unused, used, join(base, 'foreign'), join(base, 'file.txt')].map((path) => existsSync(path)),
    ).toEqual([false, true, true, true]);
  });
});
