import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { mergeJson } from '../../../../src/vscode/connections/merge-json.ts';
import { mergeToml } from '../../../../src/vscode/connections/merge-toml.ts';

const SERVER = { command: 'node', args: ['bridge.mjs'] };
const TABLE = '[mcp_servers.agent-cache]\ncommand = "node"\nargs = [ "bridge.mjs" ]\n';

describe('a JSON file of an agent', () => {
  const merge = (text: string) => mergeJson(text, 'mcpServers', 'agent-cache', SERVER);

  it('is made when there is none, or an empty one', () => {
    for (const none of ['', ' \n'])
      expect(JSON.parse(merge(none))).toEqual({ mcpServers: { 'agent-cache': SERVER } });
  });

  it('keeps its other servers and members, their order and its indentation', () => {
    const other = { command: 'x', headers: { a: 'b' } };
    const text = JSON.stringify({ inputs: [1], mcpServers: { other }, last: true }, undefined, 4);
    const merged = merge(text);
    expect(merged).toBe(
      `${JSON.stringify({ inputs: [1], mcpServers: { other, 'agent-cache': SERVER }, last: true }, undefined, 4)}\n`,
    );
    expect(merge(merged)).toBe(merged);
  });

  it('gets the new configuration in place of the old one', () => {
    const old = { mcpServers: { 'agent-cache': { command: 'old' }, other: {} } };
    expect(JSON.parse(merge(JSON.stringify(old)))).toEqual({
      mcpServers: { 'agent-cache': SERVER, other: {} },
    });
  });

  it.each([
    ['{ "mcpServers": {} // mine\n}', 'not plain JSON'],
    ['{ "mcpServers": ', 'not plain JSON'],
    ['[]', 'no JSON object'],
    ['{ "mcpServers": [] }', 'no object'],
  ])('is left alone rather than losing something: %s', (text, reason) => {
    expect(() => merge(text)).toThrow(reason);
  });
});

describe('a TOML file of an agent', () => {
  const merge = (text: string) => mergeToml(text, 'mcp_servers', 'agent-cache', TABLE);
  const OTHERS = `# mine
model = "gpt" # the one

[mcp_servers.other] # do not touch
command = "x"

[mcp_servers.other.env]
A = "[mcp_servers.agent-cache]"
`;

  it('is made when there is none', () => {
    expect(merge('')).toBe(TABLE);
  });

  it('keeps every other line, comments included', () => {
    const merged = merge(OTHERS);
    expect(merged.startsWith(OTHERS)).toBe(true);
    expect(Object.keys(parse(merged).mcp_servers as object)).toEqual(['other', 'agent-cache']);
    expect(merge(merged)).toBe(merged);
  });

  it('gets the new table in place of the old one and of what is below it', () => {
    const old = `[mcp_servers."agent-cache"]\n# old\ncommand = "old"\n\n[mcp_servers.agent-cache.env]\nA = "1"\n`;
    const last = '# the last\n[mcp_servers.last]\ncommand = "y"\n';
    expect(merge(OTHERS + old + last)).toBe(`${OTHERS}${last}\n${TABLE}`);
    expect(merge(old)).toBe(TABLE);
  });

  it.each([
    'mcp_servers = { other = { command = "x" } }',
    'mcp_servers.agent-cache.command = "old"',
    '[mcp_servers]\nagent-cache = { command = "old" }',
    'text = """\n[mcp_servers.agent-cache]\nmore\n"""',
    'text = """\n[mcp_servers.agent-cache]\nmore\n[x]\n"""',
    'not = toml = at all',
  ])('is left alone where that cannot be done line by line: %s', (text) => {
    expect(() => merge(text)).toThrow(/by hand|cannot be read/);
  });
});
