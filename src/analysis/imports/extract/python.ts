import type { Node } from '@vscode/tree-sitter-wasm';
import { named, rangeOf } from '../../parse/syntax.ts';
import type { RawImport } from '../raw.ts';
import type { Extraction } from './extraction.ts';

const SPACE = /\s+/g;

function nameOf(node: Node): Node {
  return node.type === 'aliased_import' ? (node.childForFieldName('name') ?? node) : node;
}

function importStatement(node: Node): RawImport[] {
  return named(node).map((each) => {
    const name = nameOf(each);
    return { specifier: name.text.replace(SPACE, ''), kind: 'import', range: rangeOf(name) };
  });
}

function fromStatement(node: Node): RawImport[] {
  const [module, ...rest] = named(node).filter((each) => each.type !== 'comment');
  if (!module) return [];
  const names = rest.map((each) => (each.type === 'wildcard_import' ? '*' : nameOf(each).text));
  return [{ specifier: module.text.replace(SPACE, ''), kind: 'import', range: rangeOf(module), names }];
}

export const pythonExtraction: Extraction = {
  query: '(import_statement) @import (import_from_statement) @from',
  read: { import: importStatement, from: fromStatement },
};
