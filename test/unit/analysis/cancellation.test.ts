import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { analyses } from '../../../src/analysis/registry.ts';
import { AnalysisRunner } from '../../../src/analysis/runner.ts';
import { partOf } from '../../../src/analysis/workspace/parts.ts';
import { FileLevel } from '../../../src/cache/file-level.ts';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import { databaseIn } from '../../support/database.ts';
import { temporaryFolder, workspaceWith, write } from '../../support/workspace.ts';
import { openCountingParser } from './built-parser.ts';

const parser = await openCountingParser();
const FILES = 200;
/** Reads after which the question is called off, and those that may still be under way. */
const READS = 20;
const UNDER_WAY = 16;

/** Names of files, all of which belong to two parts of the workspace: what stops only between parts is seen. */
const PATHS = Array.from({ length: 100_000 }, (_, i) => `src/file${i}.ts`)
  .filter((path) => partOf(path) < 2)
  .slice(0, FILES);

class CountingDisk extends FolderDisk {
  reads = 0;
  after: (() => void) | undefined;
  at = 0;

  override read(path: string): Promise<Uint8Array> {
    if (++this.reads === this.at) this.after?.();
    return super.read(path);
  }
}

/** `file`: what another process may have left of the same folder. */
function workspace(root = temporaryFolder(), file?: FileLevel) {
  const text = (i: number, edit: string) =>
    `import { shared } from './${PATHS[0]?.slice(4, -3)}';\nexport function shared${i}() { return shared; } // ${edit}\n`;
  const edit = (what: string) => {
    for (const [i, path] of PATHS.entries()) write(root, path, text(i, what));
  };
  if (!existsSync(join(root, 'src'))) edit('');
  const disk = new CountingDisk(root);
  const wired: { runner?: AnalysisRunner } = {};
  const { cache } = workspaceWith(
    {},
    { disk, recipe: (key) => wired.runner?.recipe(key), ...(file && { file }) },
  );
  const runner = new AnalysisRunner(cache, analyses(parser).all);
  wired.runner = runner;
  /** Resolves to the reads so far once nothing is read any more. */
  const quiet = async () => {
    for (let before = -1; before !== disk.reads; ) {
      before = disk.reads;
      await sleep(100);
    }
    return disk.reads;
  };
  /** Asks, and calls it off after so many reads. */
  const calledOff = async (name: string, params: object) => {
    const caller = new AbortController();
    disk.reads = 0;
    disk.at = READS;
    disk.after = () => caller.abort(new Error('called off'));
    const asked = runner.run(name, params, { signal: caller.signal });
    await expect(asked).rejects.toThrow('called off');
    return quiet();
  };
  const ask = async (name: string, params: object, signal?: AbortSignal) =>
    (await runner.run(name, params, signal && { signal })).value;
  return { disk, edit, ask, calledOff, quiet };
}

const WIDE: readonly (readonly [string, object])[] = [
  ['symbols', { query: 'shared' }],
  ['references', { name: 'shared' }],
  ['search', { query: 'return shared' }],
  ['repo-map', {}],
  ['tokens', { glob: '**' }],
  ['dependents', { path: PATHS[0] ?? '' }],
  ['impact', { path: PATHS[0] ?? '' }],
];

describe.each(WIDE)('%s called off in the middle', (name, params) => {
  it('reads only what is under way, and leaves nothing half stored', async () => {
    const { ask, calledOff } = workspace();
    expect(await calledOff(name, params)).toBeLessThanOrEqual(READS + UNDER_WAY);
    expect(await ask(name, params)).toEqual(await workspace().ask(name, params));
  });

  it('does not go on bringing up to date what an earlier process has stored', async () => {
    const root = temporaryFolder();
    const file = new FileLevel(await databaseIn(temporaryFolder()), (error) => expect.fail(error.message));
    const before = workspace(root, file);
    await before.ask(name, params);
    await before.quiet();
    before.edit('edited');
    const { ask, calledOff } = workspace(root, file);
    expect(await calledOff(name, params)).toBeLessThanOrEqual(READS + UNDER_WAY);
    const again = workspace();
    again.edit('edited');
    expect(await ask(name, params)).toEqual(await again.ask(name, params));
  });

  it('by one of those who wait goes on for the others', async () => {
    const { disk, ask } = workspace();
    const first = new AbortController();
    disk.at = READS;
    disk.after = () => first.abort(new Error('called off'));
    const asked = [ask(name, params, first.signal), ask(name, params), ask('search', { query: 'shared' })];
    const [gone, stayed, other] = await Promise.allSettled(asked);
    expect(gone).toMatchObject({ status: 'rejected', reason: { message: 'called off' } });
    const fresh = workspace();
    expect(stayed).toEqual({ status: 'fulfilled', value: await fresh.ask(name, params) });
    expect(other).toMatchObject({ status: 'fulfilled' });
  });
});
