import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles the worker as the extension's build does; returns its path and what it imports. */
export async function buildWorker(
  folder: string,
): Promise<{ worker: string; imports: string[]; bytes: number }> {
  const worker = join(folder, 'secrets-worker.js');
  const { metafile } = await build({
    entryPoints: ['src/cache/sensitive/secrets-worker.ts'],
    outfile: worker,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    legalComments: 'none',
    metafile: true,
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  });
  const [output] = Object.values(metafile.outputs);
  return { worker, imports: (output?.imports ?? []).map(({ path }) => path), bytes: output?.bytes ?? 0 };
}
