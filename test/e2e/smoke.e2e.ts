import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepEvidenceOfFailures } from './driver/evidence.ts';
import { launch } from './driver/launch.ts';
import type { Workbench } from './driver/workbench.ts';

let workspace: string;
let vscode: Workbench | undefined;
keepEvidenceOfFailures(() => vscode);

beforeAll(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'agent-cache-workspace-'));
  writeFileSync(join(workspace, 'hello.ts'), 'export const hello = 1;\n');
  vscode = await launch({ workspace });
});

afterAll(async () => {
  await vscode?.close();
  rmSync(workspace, { recursive: true, force: true });
});

it('offers its command in the palette of a VS Code that it was just installed into', async () => {
  await expect
    .poll(() => vscode?.palette.commands('Agent Cache: Open Cache Explorer'), { timeout: 60_000 })
    .toContain('Agent Cache: Open Cache Explorer');
});

it('shows no notification of its own when a file is opened', async () => {
  await vscode?.openFile('hello.ts');
  expect(await vscode?.notificationTexts()).toEqual([]);
});
