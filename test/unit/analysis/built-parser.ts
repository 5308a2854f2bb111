import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import { Parser, type ParserOptions } from '../../../src/analysis/parse/parser.ts';

const folder = mkdtempSync(join(tmpdir(), 'parse-worker-'));
const parsers: Parser[] = [];

export const GRAMMARS = dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm'));
export const WORKER = join(folder, 'parse-worker.cjs');

await build({
  entryPoints: [new URL('../../../src/analysis/parse/parse-worker.ts', import.meta.url).pathname],
  bundle: true,
  platform: 'node',
  format: 'cjs',
  outfile: WORKER,
});

/** A parser over the worker built from the source; closed when the file's tests are done. */
export function openParser(options: Partial<ParserOptions> = {}): Parser {
  const parser = new Parser({ worker: WORKER, grammars: GRAMMARS, ...options });
  parsers.push(parser);
  return parser;
}

afterAll(async () => {
  await Promise.all(parsers.map((parser) => parser.close()));
  rmSync(folder, { recursive: true, force: true });
});
