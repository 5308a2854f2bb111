import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOOLS } from '../../src/tools/catalog.ts';
import { keepEvidenceOfFailures } from './driver/evidence.ts';
import { until } from './driver/until.ts';
import type { Workbench } from './driver/workbench.ts';
import { closeWithProbe, launchWithProbe, probe } from './probe/probe.ts';

let workbench: Workbench;

beforeAll(async () => {
  workbench = await launchWithProbe();
});
afterAll(() => closeWithProbe(workbench));
keepEvidenceOfFailures(() => workbench);

const list = (): Locator => workbench.page.locator('.quick-input-list');
const copied = () => workbench.page.evaluate<string>('navigator.clipboard.readText()');

/** The screen as it is, in a dark and in a light theme. */
async function inBothThemes(name: string): Promise<void> {
  await workbench.screenshot(`${name}-dark`);
  await workbench.theme('Light Modern');
  await workbench.screenshot(`${name}-light`);
  await workbench.theme('Dark Modern');
}

async function copyConnection(label: string, how?: string): Promise<void> {
  await workbench.runCommand('Agent Cache: Copy Agent Connection…');
  await list().getByText(label, { exact: true }).waitFor();
  await workbench.quickPick(label);
  if (how === undefined) return;
  await list().getByText(how, { exact: true }).waitFor();
  await workbench.quickPick(how);
}

describe('the MCP server in VS Code', () => {
  it('is listed, and started by VS Code itself when it is wanted', async () => {
    const fromServer = async () => {
      const { names } = await probe(workbench, 'tools');
      return (names as string[]).filter((name) => name.startsWith('mcp_'));
    };
    expect(await fromServer()).toEqual([]);
    await workbench.runCommand('MCP: List Servers');
    await list().getByText('Agent Cache').first().waitFor();
    await inBothThemes('mcp-servers');
    await workbench.quickPick('Agent Cache');
    await list().getByText('Start Server').waitFor();
    await workbench.quickPick('Start Server');
    const tools = await until('its tools are there', async () => {
      const found = await fromServer();
      return found.length >= TOOLS.length && found;
    });
    for (const { name } of TOOLS)
      expect(tools).toContainEqual(expect.stringMatching(new RegExp(`agent_cache_${name}$`)));
    await workbench.screenshot('mcp-server-started');
    const outline = tools.find((name) => name.endsWith('agent_cache_outline'));
    const given = await probe(workbench, 'tool', { tool: outline, input: { path: 'src/area.ts' } });
    expect(given.error ?? given.texts.join()).toContain('totalArea');
  });
});

describe('Copy Agent Connection…', () => {
  it('offers every agent, and writes into its file what it shows first', async () => {
    const file = join(workbench.workspace, '.mcp.json');
    writeFileSync(file, '{\n    "mcpServers": {\n        "other": { "command": "x" }\n    }\n}\n');
    await workbench.runCommand('Agent Cache: Copy Agent Connection…');
    await list().getByText('Claude Code').waitFor();
    await inBothThemes('copy-connection');
    await workbench.quickPick('Claude Code');
    await list().getByText('Write .mcp.json…').waitFor();
    await workbench.quickPick('Write .mcp.json…');
    await workbench.notification('write .mcp.json');
    await workbench.screenshot('copy-connection-preview');
    expect(readFileSync(file, 'utf8')).not.toContain('agent-cache');
    await workbench.notificationButton('write .mcp.json', 'Write File');
    await expect.poll(() => readFileSync(file, 'utf8')).toContain('agent-cache');
    expect(JSON.parse(readFileSync(file, 'utf8')).mcpServers.other).toEqual({ command: 'x' });
    expect(readFileSync(file, 'utf8')).toContain('\n    "mcpServers"');
  });

  it('gives what an agent can start: through it, it shares the cache of the window', async () => {
    const file = readFileSync(join(workbench.workspace, '.mcp.json'), 'utf8');
    const { command, args } = JSON.parse(file).mcpServers['agent-cache'];
    const transport = new StdioClientTransport({ command, args, stderr: 'pipe' });
    let said = '';
    transport.stderr?.on('data', (chunk) => {
      said += String(chunk);
    });
    const client = new Client({ name: 'e2e', version: '1' });
    await client.connect(transport);
    try {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name).sort()).toEqual(
        TOOLS.map(({ name }) => `agent_cache_${name}`).sort(),
      );
      await probe(workbench, 'tool', { tool: 'agent_cache_outline', input: { path: 'src/main.ts' } });
      const answer = await client.callTool({
        name: 'agent_cache_outline',
        arguments: { path: 'src/main.ts' },
      });
      expect(answer.structuredContent).toMatchObject({ cache: { hit: true, level: 'memory' } });
      expect(said).toContain('asking the server at http://127.0.0.1:');
    } finally {
      await client.close();
    }
  });

  it('copies for who has no file of their own in the folder', async () => {
    await workbench.runCommand('View: Close All Editors');
    await copyConnection('Cline');
    await workbench.notification('The configuration for Cline can be pasted');
    const { mcpServers } = JSON.parse(await copied());
    expect(mcpServers['agent-cache'].args[0]).toMatch(/agents\/bridge\.mjs$/);
    await copyConnection('Codex CLI', 'Copy');
    await workbench.notification('The configuration for Codex CLI can be pasted');
    expect(await copied()).toMatch(/^\[mcp_servers\.agent-cache\]\n/);
  });

  it('gives shell commands that ask the server of this window', async () => {
    await copyConnection('curl');
    await workbench.notification('Shell commands can be pasted');
    const answer = execFileSync('sh', ['-c', await copied()], { encoding: 'utf8' });
    expect(JSON.parse(answer)).toHaveProperty('levels');
    await workbench.dismissNotifications();
  });

  it('says which setting keeps the server from starting, which ends the one that runs', async () => {
    const { args } = JSON.parse(readFileSync(join(workbench.workspace, '.mcp.json'), 'utf8')).mcpServers[
      'agent-cache'
    ];
    const words = () => readdirSync(args.at(-1)).filter((name) => name.startsWith('server-'));
    expect(words()).toHaveLength(1);
    workbench.settings({ 'agentCache.server.enabled': false });
    await expect.poll(words).toEqual([]);
    await workbench.dismissNotifications();
    await copyConnection('curl');
    expect(await workbench.notification('agentCache.server.enabled')).toContain('switched off');
    await workbench.dismissNotifications();
  });
});
