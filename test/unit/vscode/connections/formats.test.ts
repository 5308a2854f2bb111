import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { curlCommands } from '../../../../src/vscode/connections/curl.ts';
import type { Bridge } from '../../../../src/vscode/connections/product.ts';
import { PRODUCTS } from '../../../../src/vscode/connections/products.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';

const ODD = `/home/Ada "the first" O'Hara/my projects/a\\b – ü`;
const bridge: Bridge = {
  command: '/opt/my node/bin/node',
  args: [`${ODD}/bridge.mjs`, '--workspace', ODD, '--storage', '/tmp/s'],
  env: {},
};
const electron: Bridge = { ...bridge, env: { ELECTRON_RUN_AS_NODE: '1' } };
const { command, args } = bridge;
const VARIABLE = '$' + '{USER}';
const product = (label: string) => {
  const found = PRODUCTS.find((one) => one.label === label);
  if (!found) throw new Error(`There is no ${label}.`);
  return found;
};

describe('the configuration of each agent', () => {
  it.each([
    ['VS Code / Copilot', { servers: { agentCache: { type: 'stdio', command, args } } }],
    ['Claude Code', { mcpServers: { 'agent-cache': { type: 'stdio', command, args } } }],
    ['Cline', { mcpServers: { 'agent-cache': { command, args, disabled: false } } }],
    ['Cursor', { mcpServers: { 'agent-cache': { type: 'stdio', command, args } } }],
    ['Continue', { mcpServers: { 'agent-cache': { type: 'stdio', command, args } } }],
  ])('%s: JSON that says how the bridge is started, whatever the paths hold', (label, expected) => {
    expect(JSON.parse(product(label).render(bridge))).toEqual(expected);
    const [[, servers]] = Object.entries(JSON.parse(product(label).render(electron))) as [[string, object]];
    expect(Object.values(servers)[0].env).toEqual({ ELECTRON_RUN_AS_NODE: '1' });
  });

  it('Codex CLI: the same as TOML', () => {
    const { render } = product('Codex CLI');
    expect(parse(render(bridge))).toEqual({ mcp_servers: { 'agent-cache': { command, args } } });
    expect(parse(render(electron))).toEqual({
      mcp_servers: { 'agent-cache': { command, args, env: { ELECTRON_RUN_AS_NODE: '1' } } },
    });
  });

  it('is refused where the product would take a path for a variable', () => {
    const variable: Bridge = { ...bridge, args: [`/home/${VARIABLE}/bridge.mjs`] };
    for (const label of ['VS Code / Copilot', 'Claude Code', 'Cursor', 'Continue'])
      expect(() => product(label).render(variable)).toThrow('takes for a variable');
    expect(product('Codex CLI').render(variable)).toContain(VARIABLE);
  });

  it('has a page in docs/agents that shows its format and names its source', () => {
    const slug = (label: string) => label.replace('VS Code / Copilot', 'vscode').replace(' CLI', '');
    const labels = [...PRODUCTS.map(({ label }) => label), 'curl'];
    const pages = labels.map((label) => `${slug(label).toLowerCase().replace(' ', '-')}.md`);
    for (const page of pages) {
      const file = new URL(`../../../../docs/agents/${page}`, import.meta.url);
      expect([page, existsSync(file)]).toEqual([page, true]);
      expect(readFileSync(file, 'utf8')).toMatch(/Source.*https:\/\//s);
    }
  });
});

describe('the commands for curl', () => {
  it('read address and token of the last start, from a path with anything in it', () => {
    const folder = temporaryFolder();
    const storage = `it's "here" $(x)`;
    const word = (port: number, token: string) =>
      write(
        folder,
        `${storage}/server-9-${port}.json`,
        JSON.stringify({ url: `http://127.0.0.1:${port}`, token }),
      );
    word(4, 'old');
    utimesSync(join(folder, storage, 'server-9-4.json'), 1, 1);
    word(5, 'a_-Z0');
    write(folder, 'bin/curl', '#!/bin/sh\nfor word in "$@"; do echo "<$word>"; done\n');
    chmodSync(join(folder, 'bin/curl'), 0o755);
    const output = execFileSync('sh', ['-c', curlCommands(join(folder, storage))], {
      env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
      encoding: 'utf8',
    });
    expect(output).toContain('<Authorization: Bearer a_-Z0>');
    expect(output).toContain('<http://127.0.0.1:5/api/v1/cache/stats>');
  });
});
