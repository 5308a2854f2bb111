import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from '../agent-session/agent.ts';
import { startHeadless } from '../agent-session/headless.ts';
import { plantCorpus } from './corpus.ts';
import { inFolder } from './folder.ts';
import { median } from './measure.ts';
import { type Figure, figure } from './report.ts';

const FILES = 600;
/** Files of at least so many bytes count as large. */
const LARGE = 40_000;
const WARM_CALLS = 1000;

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
      return rows(cold, warm, large);
    } finally {
      await server.stop();
    }
  });
}

function rows(
  cold: ReadonlyMap<string, number>,
  warm: ReadonlyMap<string, readonly number[]>,
  large: readonly string[],
): Figure[] {
  const all = [...warm.values()].flat().sort((a, b) => a - b);
  const p99 = all[Math.floor(all.length * 0.99)] ?? Number.NaN;
  const coldAll = { name: 'cold', value: median([...cold.values()]) };
  const coldLarge = { name: 'cold', value: median(large.flatMap((path) => cold.get(path) ?? [])) };
  const share = { text: '≤ 0.02 ×', holds: (_: number, ratio: number) => ratio <= 0.02 };
  return [
    figure('outline through MCP, cold, median file', coldAll.value, 'ms'),
    figure('outline through MCP, warm, median file', median(all), 'ms', coldAll, share),
    figure('outline through MCP, warm, p99', p99, 'ms', undefined, {
      text: '< 5 ms',
      holds: (ms) => ms < 5,
    }),
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
