import type { Node } from '@vscode/tree-sitter-wasm';
import { named, rangeOf } from '../../parse/syntax.ts';
import type { RawImport } from '../raw.ts';
import type { Extraction } from './extraction.ts';

function importDeclaration(node: Node): RawImport[] {
  const parts = named(node).filter(
    (child) => child.type !== 'line_comment' && child.type !== 'block_comment',
  );
  const [name, star] = parts;
  if (!name) return [];
  const isStatic = (node.children as Node[]).some((child) => child.type === 'static');
  const specifier = name.text.replace(/\s+/g, '') + (star ? '.*' : '');
  return [{ specifier, kind: 'import', range: rangeOf(name, star), ...(isStatic ? { isStatic } : {}) }];
}

export const javaExtraction: Extraction = {
  query: `
    (package_declaration [(scoped_identifier) (identifier)] @package)
    (import_declaration) @import`,
  read: { import: importDeclaration },
};
