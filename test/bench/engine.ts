import { mkdirSync } from 'node:fs';
import { Policies } from '../../src/cache/policy/scopes.ts';
import { Engine } from '../../src/engine/engine.ts';

/** An engine as headless opens it, or one in memory only. */
export function openEngine(
  root: string,
  storage: string,
  bundle: string,
  store: 'sqlite' | 'off' = 'sqlite',
): Promise<Engine> {
  mkdirSync(storage, { recursive: true });
  return Engine.open({
    root,
    storage,
    store,
    policies: new Policies(),
    limits: () => ({
      memory: { entries: 200_000, bytes: 1 << 30 },
      pressure: { watch: false, percent: 90 },
      file: { maxBytes: 1 << 30, cleanupMs: 3_600_000, writeBackMs: 1000 },
    }),
    bundle,
    filter: () => ({ exclude: [], maxBytes: 1 << 20, maxFiles: 100_000 }),
    refreshAfterChange: () => false,
    report: (where, error) => console.error(`${where}: ${error.message}`),
    warn: (text) => console.error(text),
  });
}
