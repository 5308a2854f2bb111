import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import { Parser, type ParserOptions } from '../../../src/analysis/parse/parser.ts';

const folder = mkdtempSync(join(tmpdir(), 'parse-worker-'));
const parsers: Parser[] = [];
const source = (path: string) => new URL(`../../../src/analysis/${path}`, import.meta.url).pathname;

export const GRAMMARS = dirname(createRequire(import.meta.url).resolve('@vscode/tree-sitter-wasm'));
export const WORKER = join(folder, 'parse-worker.cjs');

const options = { bundle: true, platform: 'node', format: 'cjs' } as const;
await build({ ...options, entryPoints: [source('parse/parse-worker.ts')], outfile: WORKER });
let tokenizer: Promise<unknown> | undefined;

/** A parser over the worker built from the source; closed when the file's tests are done. */
export function openParser(given: Partial<ParserOptions> = {}): Parser {
  const parser = new Parser({ worker: WORKER, grammars: GRAMMARS, ...given });
  parsers.push(parser);
  return parser;
}

/** The same with the tokenizer beside the worker, which is large. */
export async function openCountingParser(given: Partial<ParserOptions> = {}): Promise<Parser> {
  tokenizer ??= build({
    ...options,
    entryPoints: [source('tokens/tokenizer.ts')],
    outfile: join(folder, 'tokenizer.js'),
  });
  await tokenizer;
  return openParser(given);
}

afterAll(async () => {
  await Promise.all(parsers.map((parser) => parser.close()));
  rmSync(folder, { recursive: true, force: true });
});
