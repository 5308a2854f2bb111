import type { Node } from '@vscode/tree-sitter-wasm';
import { named } from '../parse/syntax.ts';
import type { Rule, Rules } from './scope.ts';

/** A rule is named by what stands before its block. */
const rule: Rule = (node, scope, whole) => {
  const block = named(node).find(
    (child) => child.type.endsWith('block') || child.type.endsWith('block_list'),
  );
  const heads = named(node).filter((child) => child.id !== block?.id && child.type !== 'comment');
  const last = heads.at(-1);
  const start = node.startIndex;
  const name = last ? node.text.slice(0, last.endIndex - start) : '';
  scope.add('class', heads[0] ?? null, whole, (inner) => inner.visit(block ?? null), name);
};

const declaration: Rule = (node, scope, whole) => {
  const name: Node | undefined = named(node)[0];
  if (name?.text.startsWith('--')) scope.add('variable', name, whole);
};

export const css: Rules = {
  rule_set: rule,
  media_statement: rule,
  supports_statement: rule,
  keyframes_statement: rule,
  at_rule: rule,
  declaration,
};
