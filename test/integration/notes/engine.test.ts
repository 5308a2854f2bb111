import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Policies } from '../../../src/cache/policy/scopes.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { temporaryFolder, write } from '../../support/workspace.ts';
import { buildWorker } from '../../unit/sensitive/built-worker.ts';
import { temporaryFolder as buildFolder } from '../../unit/stores/worker.ts';

let build: Awaited<ReturnType<typeof buildFolder>>;
beforeAll(async () => {
  build = await buildFolder();
  await buildWorker(build.folder);
});
afterAll(() => build.remove());

const limits = {
  memory: { entries: 100, bytes: 1 << 20 },
  pressure: { atPercent: 0 },
  file: { maxBytes: 1 << 20, cleanupMs: 1 << 30, writeBackMs: 1000 },
};

function open(root: string, storage: string): Promise<Engine> {
  return Engine.open({
    root,
    storage,
    store: 'off',
    policies: new Policies(),
    limits: () => limits as never,
    bundle: build.folder,
    filter: () => ({ exclude: [], maxBytes: 1 << 20, maxFiles: 100 }),
    refreshAfterChange: () => false,
    report: (where, error) => expect.fail(`${where}: ${error.message}`),
    warn: () => {},
  });
}

it('an engine keeps notes and sessions without a file level, over a restart, with what editors have not saved', async () => {
  const [root, storage] = [temporaryFolder(), join(temporaryFolder(), 'storage')];
  write(root, 'src/a.ts', 'one');
  mkdirSync(storage);
  const first = await open(root, storage);
  await first.notes.remember({ key: 'k', text: 't', files: ['src/a.ts'] });
  const { id } = await first.sessions.open({ state: { step: 1 } });
  const unawaited = first.sessions.append(id, [{ role: 'user', content: 'while it closes' }]);
  await first.close();
  await unawaited;
  const second = await open(root, storage);
  expect(await second.notes.recall('k')).toMatchObject({ stale: false, text: 't' });
  expect(await second.sessions.read(id)).toMatchObject({ state: { step: 1 }, total: 1 });
  second.unsaved.set('src/a.ts', () => 'two');
  expect(await second.notes.recall('k')).toMatchObject({ stale: true });
  await expect(
    second.notes.remember({ key: 's', text: `gh${'p_'}${'aB3dE6gH9kL2nP5rS8uV1xY4zA7cF0iJ3mQ6'}` }),
  ).rejects.toMatchObject({ code: 'secret' });
  await second.close();
});
