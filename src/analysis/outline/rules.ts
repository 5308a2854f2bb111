import type { Node } from '@vscode/tree-sitter-wasm';
import type { LanguageId } from '../languages.ts';
import { bash } from './bash.ts';
import { cpp } from './cpp.ts';
import { csharp } from './csharp.ts';
import { css } from './css.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';
import { type Rules, Scope } from './scope.ts';
import type { OutlineSymbol } from './symbols.ts';
import { typescript } from './typescript.ts';

const RULES: Readonly<Record<LanguageId, Rules>> = {
  typescript,
  tsx: typescript,
  javascript: typescript,
  python,
  go,
  rust,
  java,
  csharp,
  cpp,
  ruby,
  php,
  bash,
  css,
};

export function symbolsOf(language: LanguageId, root: Node): OutlineSymbol[] {
  const scope = new Scope(RULES[language]);
  scope.visit(root);
  return scope.symbols;
}
