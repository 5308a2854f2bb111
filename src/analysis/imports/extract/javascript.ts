import type { Node } from '@vscode/tree-sitter-wasm';
import { rangeOf } from '../../parse/syntax.ts';
import type { RawImport } from '../raw.ts';
import { type Extraction, quoted } from './extraction.ts';

const JAVASCRIPT = `
(import_statement source: (string) @import)
(export_statement source: (string) @export)
(call_expression function: (import) arguments: (arguments . [(string) (template_string)] @dynamic))
(call_expression function: (identifier) @_require (#eq? @_require "require")
  arguments: (arguments . [(string) (template_string)] @require))
(program (comment) @comment (#match? @comment "^///"))
`;

const TYPESCRIPT = `${JAVASCRIPT}
(import_require_clause source: (string) @require)
`;

const REFERENCE = /^\/\/\/\s*<reference\s+(path|types)\s*=\s*(["'])([^"']+)\2/;

/** A path is relative even without `./`. */
function reference(node: Node): RawImport[] {
  const [, attribute, , value] = REFERENCE.exec(node.text) ?? [];
  if (!value) return [];
  const specifier = attribute === 'path' && !value.startsWith('.') ? `./${value}` : value;
  return [{ specifier, kind: 'reference', range: rangeOf(node) }];
}

const read = {
  import: quoted('import'),
  export: quoted('export'),
  dynamic: quoted('dynamic'),
  require: quoted('require'),
  comment: reference,
};

export const javascriptExtraction: Extraction = { query: JAVASCRIPT, read };
export const typescriptExtraction: Extraction = { query: TYPESCRIPT, read };
