import type { Node } from '@vscode/tree-sitter-wasm';
import { rangeOf } from '../../parse/syntax.ts';
import type { ImportKind, RawImport } from '../raw.ts';

export interface Extraction {
  /** Finds the nodes; `@package` is the file's own package, `@inline` a module with its body in the file. */
  readonly query: string;
  /** By capture: the imports that the node stands for. Captures without one are for predicates. */
  readonly read: Readonly<Record<string, (node: Node) => RawImport[]>>;
}

const QUOTES = /^(["'`<]+)([\s\S]*?)(["'`>]+)$/;

/** A specifier between quotes; none when it is empty or put together at run time. */
export function quoted(kind: ImportKind): (node: Node) => RawImport[] {
  return (node) => {
    if (node.type === 'template_string' && node.namedChildren.some((c) => c?.type !== 'string_fragment'))
      return [];
    const specifier = QUOTES.exec(node.text)?.[2] ?? '';
    return specifier ? [{ specifier, kind, range: rangeOf(node) }] : [];
  };
}
