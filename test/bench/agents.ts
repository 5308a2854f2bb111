import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from '../agent-session/agent.ts';
import { type Headless, startHeadless } from '../agent-session/headless.ts';
import { plantCorpus } from './corpus.ts';
import { inFolder } from './folder.ts';
import { median } from './measure.ts';
import { bareExchanges, exchanges } from './plain-http.ts';
import { type Figure, figure } from './report.ts';

const FILES = 600;
/** Files of at least so many bytes count as large. */
const LARGE = 40_000;
const WARM_CALLS = 1000;
const REVISION = '2026-07-28';
const TOOL = 'agent_cache_outline';

/** Outlines that an agent asks for through MCP, of the built headless server in a process of its own. */
export function agents(): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const root = join(folder, 'project');
    const files = plantCorpus(root, FILES);
    const large = files.filter((path) => statSync(join(root, path)).size >= LARGE);
    const server = await startHeadless(root, join(folder, 'storage'));
    try {
      const agent = await Agent.connect('bench', server.mcp, server.token);
      const ask = async (path: string, hit: boolean) => {
        const told = await agent.call('outline', { path });
        if (told.hit !== hit) throw new Error(`${path} was ${hit ? 'not ' : ''}cached.`);
        return told.ms;
      };
      await ask(files[0] as string, false); // the parser's thread and its grammar are there
      const cold = new Map<string, number>();
      for (const path of files.slice(1)) cold.set(path, await ask(path, false));
      const warm = new Map<string, number[]>(files.map((path) => [path, []]));
      for (let i = 0; i < WARM_CALLS; i++) {
        const path = files[i % files.length] as string;
        warm.get(path)?.push(await ask(path, true));
      }
      for (const path of large) for (let i = 0; i < 20; i++) warm.get(path)?.push(await ask(path, true));
      await agent.close();
      const plain = await plainCalls(server, files);
      return rows(cold, warm, large, plain, await bareExchanges(WARM_CALLS));
    } finally {
      await server.stop();
    }
  });
}

/** Milliseconds of warm calls by a client that does no more than post: what is left is the server's. */
async function plainCalls({ mcp, token }: Headless, files: readonly string[]): Promise<number[]> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': REVISION,
    'mcp-method': 'tools/call',
    'mcp-name': TOOL,
  };
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': REVISION,
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const bodies = Array.from({ length: WARM_CALLS }, (_, id) => {
    const params = { name: TOOL, arguments: { path: files[id % files.length] }, _meta };
    return JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params });
  });
  return (await exchanges(mcp, headers, bodies)).map(({ ms, text }) => {
    if (JSON.parse(text).result?.structuredContent?.cache?.hit !== true) throw new Error(`No hit: ${text}`);
    return ms;
  });
}

function rows(
  cold: ReadonlyMap<string, number>,
  warm: ReadonlyMap<string, readonly number[]>,
  large: readonly string[],
  plain: readonly number[],
  bare: readonly { readonly ms: number }[],
): Figure[] {
  const all = [...warm.values()].flat();
  const coldAll = { name: 'cold', value: median([...cold.values()]) };
  const coldLarge = { name: 'cold', value: median(large.flatMap((path) => cold.get(path) ?? [])) };
  const exchange = { name: 'bare HTTP', value: median(bare.map(({ ms }) => ms)) };
  const below5 = { text: '< 5 ms', holds: (ms: number) => ms < 5 };
  const share = { text: '≤ 0.02 ×', holds: (_: number, ratio: number) => ratio <= 0.02 };
  return [
    figure('outline through MCP, cold, median file', coldAll.value, 'ms'),
    figure('outline through MCP, warm, median file', median(all), 'ms', coldAll, share),
    figure('outline through MCP, warm, p99', p99(all), 'ms', undefined, below5),
    figure('outline through MCP, warm, plain client, median', median(plain), 'ms', exchange),
    figure('outline through MCP, warm, plain client, p99', p99(plain), 'ms', undefined, below5),
    figure('outline through MCP, cold, files over 40 KB', coldLarge.value, 'ms'),
    figure(
      'outline through MCP, warm, files over 40 KB',
      median(large.flatMap((path) => warm.get(path) ?? [])),
      'ms',
      coldLarge,
      share,
    ),
  ];
}

function p99(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN;
}
