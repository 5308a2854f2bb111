import { Query, type Tree } from '@vscode/tree-sitter-wasm';
import type { LanguageId } from '../languages.ts';
import { countErrors } from '../parse/syntax.ts';
import type { Extraction } from './extract/extraction.ts';
import { goExtraction } from './extract/go.ts';
import {
  bashExtraction,
  cppExtraction,
  cssExtraction,
  phpExtraction,
  rubyExtraction,
} from './extract/includes.ts';
import { javaExtraction } from './extract/java.ts';
import { javascriptExtraction, typescriptExtraction } from './extract/javascript.ts';
import { pythonExtraction } from './extract/python.ts';
import { rustExtraction } from './extract/rust.ts';
import type { RawImport, RawImports } from './raw.ts';

const EXTRACTIONS: Readonly<Partial<Record<LanguageId, Extraction>>> = {
  typescript: typescriptExtraction,
  tsx: typescriptExtraction,
  javascript: javascriptExtraction,
  python: pythonExtraction,
  go: goExtraction,
  rust: rustExtraction,
  java: javaExtraction,
  cpp: cppExtraction,
  ruby: rubyExtraction,
  php: phpExtraction,
  bash: bashExtraction,
  css: cssExtraction,
};

const queries = new Map<LanguageId, Query>();

/** The imports of a file in source order, and what else in it decides where they lead. */
export function importsOf(language: LanguageId, tree: Tree): RawImports {
  const extraction = EXTRACTIONS[language];
  const errors = countErrors(tree);
  if (!extraction) return { imports: [], errors };
  let query = queries.get(language);
  if (!query) {
    query = new Query(tree.language, extraction.query);
    queries.set(language, query);
  }
  const imports: RawImport[] = [];
  const inlineModules: string[] = [];
  let packageName: string | undefined;
  for (const { name, node } of query.captures(tree.rootNode)) {
    if (name === 'package') packageName = node.text;
    else if (name === 'inline') inlineModules.push(node.text);
    else imports.push(...(extraction.read[name]?.(node) ?? []));
  }
  return {
    imports,
    errors,
    ...(packageName === undefined ? {} : { packageName }),
    ...(inlineModules.length === 0 ? {} : { inlineModules }),
  };
}
