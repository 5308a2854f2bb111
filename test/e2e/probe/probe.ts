import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vsixFile } from '../../../scripts/package.mjs';
import { launch } from '../driver/launch.ts';
import { until } from '../driver/until.ts';
import type { Workbench } from '../driver/workbench.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What the probe wrote down, or what it failed with. */
export interface ProbeAnswer {
  readonly error?: string;
  readonly errorName?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each work has its own answer
  readonly [field: string]: any;
}

/**
 * A window on a copy of the fixture project, with the extension and a second one that uses it.
 * @param prepare puts something into the extension's global storage, or into the workspace, beforehand
 */
export async function launchWithProbe(
  settings: Readonly<Record<string, unknown>> = {},
  prepare?: (globalStorage: string, workspace: string) => Promise<void>,
): Promise<Workbench> {
  const folder = mkdtempSync(join(tmpdir(), 'agent-cache-probe-'));
  const workspace = join(folder, 'project');
  cpSync(join(root, 'test/fixtures/project'), workspace, { recursive: true });
  const probe = join(folder, 'probe.vsix');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', probe];
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  execFileSync(process.execPath, [vsce, 'package', ...flags], { cwd: join(root, 'test/e2e/probe') });
  return launch({
    workspace,
    extensions: [vsixFile(root), probe],
    settings: { 'agentCache.warm.onStartup': false, 'agentCache.refreshAfterSave': false, ...settings },
    ...(prepare && { prepare: (globalStorage: string) => prepare(globalStorage, workspace) }),
  });
}

/** Ends the window and removes its folder. */
export async function closeWithProbe(workbench: Workbench | undefined): Promise<void> {
  await workbench?.close();
  if (workbench) rmSync(join(workbench.workspace, '..'), { recursive: true, force: true });
}

/** Has the second extension do its `work`, and gives what it wrote down. */
export async function probe(workbench: Workbench, work: string, given: object = {}): Promise<ProbeAnswer> {
  begin(workbench, work, given);
  return answer(workbench);
}

/** The same for what waits for the person: {@link answer} comes when they have answered. */
export function begin(workbench: Workbench, work: string, given: object = {}): void {
  rmSync(answerFile(workbench), { force: true });
  const request = join(workbench.workspace, 'probe-request.json');
  writeFileSync(`${request}.new`, JSON.stringify({ work, ...given }));
  renameSync(`${request}.new`, request);
}

export function answer(workbench: Workbench): Promise<ProbeAnswer> {
  return until('the probe answers', async () => {
    const file = answerFile(workbench);
    return existsSync(file) && JSON.parse(readFileSync(file, 'utf8'));
  });
}

export function answered(workbench: Workbench): boolean {
  return existsSync(answerFile(workbench));
}

function answerFile(workbench: Workbench): string {
  return join(workbench.workspace, 'probe-answer.json');
}
