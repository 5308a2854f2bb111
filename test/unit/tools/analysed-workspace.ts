import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Parser } from '../../../src/analysis/parse/parser.ts';
import { analyses } from '../../../src/analysis/registry.ts';
import { AnalysisRunner } from '../../../src/analysis/runner.ts';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import type { Stamp } from '../../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { Witness } from '../../support/witness.ts';
import { temporaryFolder, write } from '../../support/workspace.ts';

/** Writes down which analyses are computed, by name. */
class Counting extends Witness<Stamp> {
  readonly #counts = new Map<string, number>();

  override computed(key?: string): void {
    super.computed();
    const name = key?.split(':')[1] ?? '';
    this.#counts.set(name, this.of(name) + 1);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  forget(): void {
    this.#counts.clear();
  }
}

/** Real files, a real cache and a real parser, with every analysis of the workspace. */
export function analysedWorkspace(files: Readonly<Record<string, string>>, parser: Parser) {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) write(root, path, text);
  const computed = new Counting();
  const disk = new FolderDisk(root);
  const workspace: WorkspaceCache = new WorkspaceCache({
    disk,
    observer: computed,
    recipe: (key) => runner.recipe(key),
  });
  const runner = new AnalysisRunner(workspace, analyses(parser).all);
  return {
    root,
    disk,
    workspace,
    runner,
    /** How often which analysis was computed since the last {@link Counting.forget}. */
    computed,
    write: (path: string, text: string) => write(root, path, text),
    remove: (path: string) => rmSync(join(root, path)),
    async ask<R>(name: string, params: object): Promise<R> {
      return (await runner.run(name, params)).value as R;
    },
  };
}
