import type { Node } from '@vscode/tree-sitter-wasm';
import { named } from '../parse/syntax.ts';
import { container, leaf } from './declarations.ts';
import type { Rule, Rules } from './scope.ts';

/** With `self` it is a method, without it an associated function. */
const func: Rule = (node, scope, whole) => {
  const parameters = node.childForFieldName('parameters');
  const method = parameters !== null && named(parameters).some((each) => each.type === 'self_parameter');
  const body = node.childForFieldName('body');
  scope.add(method ? 'method' : 'function', node.childForFieldName('name'), whole, (inner) =>
    inner.visitBody(body),
  );
};

/** `impl Type` and `impl Trait for Type`, as rust-analyzer names them, without generics of the `impl`. */
const impl: Rule = (node, scope, whole) => {
  const type = node.childForFieldName('type');
  const trait = node.childForFieldName('trait');
  const body = node.childForFieldName('body');
  const negative = (node.children as Node[]).some((child) => child.type === '!') ? '!' : '';
  const name = trait ? `impl ${negative}${trait.text} for ${type?.text}` : `impl ${type?.text}`;
  scope.add('object', type, whole, (inner) => inner.visit(body), name);
};

const macro: Rule = (node, scope, whole) => {
  const name = node.childForFieldName('name');
  scope.add('function', name, whole, undefined, name ? `${name.text}!` : '');
};

export const rust: Rules = {
  function_item: func,
  function_signature_item: func,
  struct_item: container('struct'),
  union_item: container('struct'),
  enum_item: container('enum'),
  enum_variant: container('enumMember'),
  field_declaration: leaf('field'),
  trait_item: container('interface'),
  impl_item: impl,
  mod_item: container('module'),
  const_item: leaf('constant'),
  static_item: leaf('variable'),
  type_item: leaf('typeAlias'),
  associated_type: leaf('typeAlias'),
  macro_definition: macro,
  foreign_mod_item: (node, scope) => scope.visit(node.childForFieldName('body')),
};
