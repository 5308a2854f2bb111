import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

/** Bundles a TypeScript file as the extension's build does; returns the path of the result. */
export async function bundle(entry: string, folder: string): Promise<string> {
  const outfile = path.join(folder, `${path.basename(entry, '.ts')}.cjs`);
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    outfile,
  });
  return outfile;
}

export function bundleWorker(folder: string): Promise<string> {
  return bundle('src/cache/stores/sqlite-worker.ts', folder);
}

export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'agent-cache-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
