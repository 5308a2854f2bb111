import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { plainPaths } from '../../../src/engine/plain-paths.ts';
import { IDENTITY } from '../../../src/serve/identity.ts';
import { agentName } from '../../../src/serve/mcp/agent-name.ts';

describe('the name of an agent', () => {
  it.each([
    ['Claude Code', 'claude-code'],
    ['codex-mcp-client', 'codex-mcp-client'],
    ['  Visual Studio Code – Insiders!', 'visual-studio-code-insiders'],
    ['x'.repeat(200), 'x'.repeat(60)],
    ['日本語', undefined],
    ['', undefined],
    [undefined, undefined],
    ['a/b:c\n', 'a-b-c'],
  ])('%j is %j', (client, name) => expect(agentName(client)).toBe(name));
});

describe('texts of errors', () => {
  it('tell no absolute path of the workspace, its storage or the home folder', () => {
    const workspace = join(homedir(), 'work/project');
    const storage = join(homedir(), '.cache/agent/1');
    const plain = plainPaths(workspace, storage);
    expect(plain(`EACCES: permission denied, open '${workspace}/src/a.ts'`)).toBe(
      "EACCES: permission denied, open './src/a.ts'",
    );
    expect(plain(`${storage}/cache.sqlite is full, ${homedir()}/x too`)).toBe(
      '(storage)/cache.sqlite is full, ~/x too',
    );
  });
});

it('the server says the version of the package', () => {
  expect(IDENTITY.version).toBe(packageJson.version);
});
