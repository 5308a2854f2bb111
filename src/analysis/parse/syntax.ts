import type { Node, Tree } from '@vscode/tree-sitter-wasm';

/** 0-based; `character` counts UTF-16 code units, as in LSP and VS Code. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Half open: `end` is the position behind the last character. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export function rangeOf(first: Node, last: Node = first): Range {
  const { row, column } = first.startPosition;
  const end = last.endPosition;
  return {
    start: { line: row, character: column },
    end: { line: end.row, character: end.column },
  };
}

export function named(node: Node): Node[] {
  return node.namedChildren as Node[];
}

/** Places where the parser skipped or invented something to go on. */
export function countErrors(tree: Tree): number {
  if (!tree.rootNode.hasError) return 0;
  let count = 0;
  const rest = [tree.rootNode];
  for (let node = rest.pop(); node; node = rest.pop()) {
    if (node.isError || node.isMissing) count++;
    for (const child of node.children as Node[]) if (child.hasError) rest.push(child);
  }
  return count;
}
