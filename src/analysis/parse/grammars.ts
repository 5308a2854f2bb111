import type { LanguageId } from '../languages.ts';

/** Version of `@vscode/tree-sitter-wasm`: other grammars give other trees, so it is part of every version. */
export const GRAMMARS_VERSION = '0.3.1';

/** The parsing engine, beside the grammars in their folder. */
export const ENGINE_FILE = 'tree-sitter.wasm';

/** The file of each language's grammar, as `@vscode/tree-sitter-wasm` names it. */
export const GRAMMAR_FILES: Readonly<Record<LanguageId, string>> = {
  typescript: 'tree-sitter-typescript.wasm',
  tsx: 'tree-sitter-tsx.wasm',
  javascript: 'tree-sitter-javascript.wasm',
  python: 'tree-sitter-python.wasm',
  go: 'tree-sitter-go.wasm',
  rust: 'tree-sitter-rust.wasm',
  java: 'tree-sitter-java.wasm',
  csharp: 'tree-sitter-c-sharp.wasm',
  cpp: 'tree-sitter-cpp.wasm',
  ruby: 'tree-sitter-ruby.wasm',
  php: 'tree-sitter-php.wasm',
  bash: 'tree-sitter-bash.wasm',
  css: 'tree-sitter-css.wasm',
};

/**
 * Version of an analysis that rests on the grammars and refuses files over `maxBytes`: `rules` milliards,
 * then the limit, to which the grammars' version is added.
 */
export function analysisVersion(rules: number, maxBytes: number): number {
  const [major = 0, minor = 0, patch = 0] = GRAMMARS_VERSION.split('.').map(Number);
  return rules * 1_000_000_000 + maxBytes + major * 10_000 + minor * 100 + patch;
}
