import type { Node } from '@vscode/tree-sitter-wasm';
import { named } from '../parse/syntax.ts';
import { callable, container, leaf, transparent } from './declarations.ts';
import type { Rule, Rules } from './scope.ts';

function isConstant(node: Node): boolean {
  const modifiers = named(node).find((child) => child.type === 'modifiers');
  const tokens = new Set((modifiers?.children as Node[] | undefined)?.map((child) => child.type));
  return tokens.has('static') && tokens.has('final');
}

const fields: Rule = (node, scope, whole) => {
  const kind = node.type === 'constant_declaration' || isConstant(node) ? 'constant' : 'field';
  const declarators = node.childrenForFieldName('declarator') as Node[];
  const all = declarators.filter((declarator) => declarator.isNamed);
  for (const declarator of all)
    scope.add(kind, declarator.childForFieldName('name'), all.length === 1 ? whole : declarator);
};

const record: Rule = (node, scope, whole) => {
  const body = node.childForFieldName('body');
  const components = node.childForFieldName('parameters');
  scope.add('class', node.childForFieldName('name'), whole, (inner) => {
    for (const component of components ? named(components) : [])
      inner.add('field', component.childForFieldName('name'), component);
    inner.visit(body);
  });
};

export const java: Rules = {
  class_declaration: container('class'),
  interface_declaration: container('interface'),
  annotation_type_declaration: container('interface'),
  enum_declaration: container('enum'),
  enum_constant: container('enumMember'),
  enum_body_declarations: transparent,
  record_declaration: record,
  method_declaration: callable('method'),
  annotation_type_element_declaration: callable('method'),
  constructor_declaration: callable('constructor'),
  compact_constructor_declaration: callable('constructor'),
  field_declaration: fields,
  constant_declaration: fields,
  module_declaration: leaf('module'),
};
