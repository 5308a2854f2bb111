import { statSync } from 'node:fs';
import { join } from 'node:path';
import { languageOf } from '../../src/analysis/languages.ts';
import { workspaceFiles } from '../../src/warming/workspace-files.ts';
import { Agent } from './agent.ts';
import type { Facts } from './work-day.ts';

/** Files by size, as large ones are those that many import, and what they declare. */
export async function factsOf(root: string, mcp: string, token: string): Promise<Facts> {
  const wanted = (name: string) => languageOf(name) !== undefined;
  const filter = { exclude: [], maxBytes: 200_000, maxFiles: 100_000, wanted };
  const files: string[] = [];
  for await (const path of workspaceFiles(root, filter, new AbortController().signal)) files.push(path);
  const bySize = files.map((path) => ({ path, size: statSync(join(root, path)).size }));
  bySize.sort((a, b) => b.size - a.size || (a.path < b.path ? -1 : 1));
  const agent = await Agent.connect('facts', mcp, token);
  const names = new Set<string>();
  for (const { path } of bySize.slice(0, 40)) {
    const { value } = await agent.call('outline', { path });
    for (const line of (value.symbols as string[] | undefined) ?? []) {
      const name = /^\S+ \w+ ([A-Za-z_]\w{3,})$/.exec(line)?.[1];
      if (name) names.add(name);
    }
  }
  await agent.close();
  const chosen = [...names].slice(0, 200);
  return { files: bySize.slice(0, 300).map(({ path }) => path), names: chosen, words: chosen.slice(0, 50) };
}
