import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LANGUAGES } from '../../../src/analysis/languages.ts';
import {
  analysisVersion,
  ENGINE_FILE,
  GRAMMAR_FILES,
  GRAMMARS_VERSION,
} from '../../../src/analysis/parse/grammars.ts';
import { GRAMMARS } from './built-parser.ts';

it('names the version of the grammars that are installed', () => {
  const manifest = createRequire(import.meta.url)('@vscode/tree-sitter-wasm/package.json') as {
    version: string;
  };
  expect(GRAMMARS_VERSION).toBe(manifest.version);
});

it('names files that are there', () => {
  const files = [ENGINE_FILE, ...LANGUAGES.map((language) => GRAMMAR_FILES[language])];
  expect(files.filter((file) => !existsSync(join(GRAMMARS, file)))).toEqual([]);
});

it('gives other versions to other rules and limits', () => {
  expect(analysisVersion(2, 1024)).toBeGreaterThan(analysisVersion(1, 1024));
  expect(analysisVersion(1, 2048)).not.toBe(analysisVersion(1, 1024));
});
