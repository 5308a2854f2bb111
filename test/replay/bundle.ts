import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCE = new URL('../../src/', import.meta.url);
/** What CommonJS packages in an ES module expect to find. */
const COMMONJS = [
  "import{createRequire as __createRequire}from'node:module';",
  'const require=__createRequire(import.meta.url);',
  'const __filename=import.meta.filename,__dirname=import.meta.dirname;',
].join('');

/** Puts workers and grammars into a folder as the extension ships them, built from the sources as they are. */
export async function bundleInto(folder: string): Promise<void> {
  const grammars = join(folder, 'grammars');
  mkdirSync(grammars, { recursive: true });
  const from = dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm'));
  for (const name of readdirSync(from).filter((each) => each.endsWith('.wasm')))
    symlinkSync(join(from, name), join(grammars, name));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const source = fileURLToPath(SOURCE);
  const workers = readdirSync(source, { encoding: 'utf8', recursive: true }).filter(
    (path) => path.endsWith('-worker.ts') || path.endsWith('tokenizer.ts'),
  );
  const entryPoints = Object.fromEntries(workers.map((path) => [basename(path, '.ts'), join(source, path)]));
  await build({
    entryPoints,
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: COMMONJS },
    logLevel: 'error',
  });
}
