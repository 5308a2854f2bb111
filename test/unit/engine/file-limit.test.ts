import { expect, it } from 'vitest';
import { Policies } from '../../../src/cache/policy/scopes.ts';
import { boundsSchema, limitsOf } from '../../../src/engine/bounds.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { temporaryFolder, write } from '../../support/workspace.ts';

it('an engine obeys another limit for the size of files from the change of settings on', async () => {
  const root = temporaryFolder();
  write(root, 'a.ts', 'x'.repeat(2000));
  let maxBytes = 1000;
  const engine = await Engine.open({
    root,
    storage: temporaryFolder(),
    store: 'off',
    policies: new Policies(),
    limits: () => ({ ...limitsOf(boundsSchema.parse({})), pressure: { watch: false, percent: 90 } }),
    bundle: temporaryFolder(),
    filter: () => ({ exclude: [], maxBytes, maxFiles: 100 }),
    refreshAfterChange: () => false,
    report: () => {},
    warn: () => {},
  });
  try {
    const outline = () => engine.runner.run('outline', { path: 'a.ts' });
    for (let i = 0; i < 2; i++) await expect(outline()).rejects.toThrow('files over 1000 bytes');
    maxBytes = 1500;
    engine.reconfigure();
    await expect(outline()).rejects.toThrow('files over 1500 bytes');
    engine.reconfigure(); // nothing changed: what was asked is known still
    await expect(outline()).rejects.toMatchObject({ from: 'memory' });
  } finally {
    await engine.close();
  }
});
