import type { Node } from '@vscode/tree-sitter-wasm';
import { named, rangeOf } from '../../parse/syntax.ts';
import type { ImportKind, RawImport } from '../raw.ts';
import type { Extraction } from './extraction.ts';

const PATH_ATTRIBUTE = /^#\[\s*path\s*=\s*"([^"]+)"\s*\]$/;

/** The inline modules around a node, outermost first. */
function within(node: Node): string[] {
  const names: string[] = [];
  for (let up = node.parent; up; up = up.parent) {
    const name = up.type === 'mod_item' ? up.childForFieldName('name') : null;
    if (name) names.unshift(name.text);
  }
  return names;
}

function rawImport(specifier: string, kind: ImportKind, at: Node, item: Node, path?: string): RawImport {
  const around = within(item);
  return {
    specifier: specifier.replace(/\s+/g, ''),
    kind,
    range: rangeOf(at),
    ...(around.length > 0 ? { within: around } : {}),
    ...(path ? { path } : {}),
  };
}

function modItem(node: Node): RawImport[] {
  const name = node.childForFieldName('name');
  if (!name || node.childForFieldName('body')) return [];
  let path: string | undefined;
  for (let before = node.previousNamedSibling; before; before = before.previousNamedSibling) {
    if (before.type !== 'attribute_item' && !before.type.endsWith('comment')) break;
    path ??= PATH_ATTRIBUTE.exec(before.text)?.[1];
  }
  return [rawImport(name.text, 'module', name, node, path)];
}

function useDeclaration(node: Node): RawImport[] {
  const exported = named(node).some((child) => child.type === 'visibility_modifier');
  const tree = node.childForFieldName('argument');
  return tree ? leaves(tree, '', exported ? 'export' : 'use', node) : [];
}

/** One import for each path that a use tree spells: `a::{b, c as d, e::*}` gives `a::b`, `a::c`, `a::e::*`. */
function leaves(tree: Node, prefix: string, kind: ImportKind, item: Node): RawImport[] {
  switch (tree.type) {
    case 'use_list':
      return named(tree).flatMap((child) => leaves(child, prefix, kind, item));
    case 'scoped_use_list': {
      const path = tree.childForFieldName('path')?.text;
      const list = tree.childForFieldName('list');
      return list ? leaves(list, path ? `${prefix}${path}::` : prefix, kind, item) : [];
    }
    case 'use_as_clause': {
      const path = tree.childForFieldName('path');
      return path ? leaves(path, prefix, kind, item) : [];
    }
    case 'line_comment':
    case 'block_comment':
      return [];
    case 'self':
      return [rawImport(prefix.slice(0, -2) || 'self', kind, tree, item)];
    default:
      return [rawImport(prefix + tree.text, kind, tree, item)];
  }
}

function externCrate(node: Node): RawImport[] {
  const name = node.childForFieldName('name');
  return name ? [rawImport(name.text, 'use', name, node)] : [];
}

export const rustExtraction: Extraction = {
  query: `
    (mod_item) @mod
    (mod_item name: (identifier) @inline body: (_))
    (use_declaration) @use
    (extern_crate_declaration) @crate`,
  read: { mod: modItem, use: useDeclaration, crate: externCrate },
};
