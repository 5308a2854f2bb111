import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vsixFile } from '../../scripts/package.mjs';
import { keepEvidenceOfFailures } from './driver/evidence.ts';
import { launch } from './driver/launch.ts';
import type { Workbench } from './driver/workbench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let workbench: Workbench;

beforeAll(async () => {
  const workspace = mkdtempSync(join(tmpdir(), 'agent-cache-tools-'));
  cpSync(join(root, 'test/fixtures/project'), workspace, { recursive: true });
  const probe = join(workspace, '..', `${Date.now()}-probe.vsix`);
  const flags = ['--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', probe];
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  execFileSync(process.execPath, [vsce, 'package', ...flags], { cwd: join(root, 'test/e2e/probe') });
  workbench = await launch({
    workspace,
    extensions: [vsixFile(root), probe],
    settings: { 'agentCache.warm.onStartup': false },
  });
  rmSync(probe);
});
afterAll(async () => {
  await workbench?.close();
  if (workbench) rmSync(workbench.workspace, { recursive: true, force: true });
});
keepEvidenceOfFailures(() => workbench);

interface Answer {
  readonly texts?: readonly string[];
  readonly listed?: boolean;
  readonly error?: string;
}

/** What another extension gets from a tool. */
async function invoke(tool: string, input: unknown): Promise<Answer> {
  const file = join(workbench.workspace, 'probe-answer.json');
  rmSync(file, { force: true });
  writeFileSync(join(workbench.workspace, 'probe-request.json'), JSON.stringify({ tool, input }));
  await workbench.runCommand('Probe: Invoke Tool');
  await expect.poll(() => existsSync(file)).toBe(true);
  return JSON.parse(await expectText(file));
}

async function expectText(file: string): Promise<string> {
  await expect.poll(() => readFileSync(file, 'utf8')).toMatch(/\}$/);
  return readFileSync(file, 'utf8');
}

describe('another extension, through the language-model tools', () => {
  it('gets an outline, and is told whether it was cached', async () => {
    const first = await invoke('agent_cache_outline', { path: 'src/shapes.ts' });
    expect(first.listed).toBe(true);
    expect(JSON.parse(first.texts?.[0] ?? '')).toMatchObject({
      value: { symbols: [{ name: 'Shape' }, { name: 'Circle' }] },
      cache: { hit: false, reason: 'never-cached' },
    });
    const second = await invoke('agent_cache_outline', { path: 'src/shapes.ts' });
    expect(JSON.parse(second.texts?.[0] ?? '')).toMatchObject({ cache: { hit: true, level: 'memory' } });
  });

  it('gets imports resolved to files', async () => {
    const { texts } = await invoke('agent_cache_imports', { path: 'src/main.ts' });
    expect(JSON.parse(texts?.[0] ?? '').value.imports).toMatchObject([
      { specifier: './area', targets: ['src/area.ts'] },
      { specifier: './shapes', targets: ['src/shapes.ts'] },
    ]);
  });

  it('gets a clear error for a path that leads out of the workspace', async () => {
    const { error } = await invoke('agent_cache_outline', { path: '../../etc/passwd' });
    expect(error).toMatch(/workspace/);
  });
});
