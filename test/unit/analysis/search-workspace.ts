import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AnalysisRunner, type AnyAnalysis } from '../../../src/analysis/runner.ts';
import { workspaceWith, write as writeFile } from '../../support/workspace.ts';

/** Analyses over a cache of a real folder, as the engine has them. */
export function analysesOver(
  files: Record<string, string>,
  analyses: readonly AnyAnalysis[],
  settings: Record<string, unknown> = {},
) {
  const wired: { runner?: AnalysisRunner } = {};
  const { cache, root } = workspaceWith(files, {
    recipe: (key) => wired.runner?.recipe(key),
    facts: { env: () => undefined, setting: (id) => settings[id] },
  });
  const runner = new AnalysisRunner(cache, analyses);
  wired.runner = runner;
  return {
    run: runner.run.bind(runner),
    write: (path: string, text: string | Uint8Array) => writeFile(root, path, text),
    remove: (path: string) => rmSync(join(root, path), { recursive: true }),
    /** Files written just before they are looked at are read again to be sure: this waits until none are. */
    rest: () => sleep(100),
    /** Files read so far. */
    reads: () => cache.fingerprints.reads,
  };
}
