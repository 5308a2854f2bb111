import type { Node } from '@vscode/tree-sitter-wasm';
import { named } from '../parse/syntax.ts';
import { callable, container, leaf, transparent } from './declarations.ts';
import type { Rule, Rules } from './scope.ts';
import type { SymbolKind } from './symbols.ts';

function modifiers(node: Node): string[] {
  return named(node).flatMap((child) => (child.type === 'modifier' ? [child.text] : []));
}

const fields =
  (kind: SymbolKind): Rule =>
  (node, scope, whole) => {
    if (scope.local) return;
    const declaration = named(node).find((child) => child.type === 'variable_declaration');
    const all = declaration ? named(declaration) : [];
    const declarators = all.filter((child) => child.type === 'variable_declarator');
    const actual = kind === 'field' && modifiers(node).includes('const') ? 'constant' : kind;
    for (const each of declarators)
      scope.add(actual, each.childForFieldName('name'), declarators.length === 1 ? whole : each);
  };

const record: Rule = (node, scope, whole) => {
  const body = node.childForFieldName('body');
  const parameters = named(node).find((child) => child.type === 'parameter_list');
  const kind = (node.children as Node[]).some((child) => child.type === 'struct') ? 'struct' : 'class';
  scope.add(kind, node.childForFieldName('name'), whole, (inner) => {
    for (const each of parameters ? named(parameters) : [])
      inner.add('property', each.childForFieldName('name'), each);
    inner.visit(body);
  });
};

const destructor: Rule = (node, scope, whole) => {
  const name = node.childForFieldName('name');
  scope.add('method', name, whole, undefined, `~${name?.text}`);
};

const operator: Rule = (node, scope, whole) => {
  const token = node.childForFieldName('operator') ?? node.childForFieldName('type');
  scope.add('operator', token, whole, undefined, `operator ${token?.text}`);
};

export const csharp: Rules = {
  namespace_declaration: container('namespace'),
  file_scoped_namespace_declaration: leaf('namespace'),
  class_declaration: container('class'),
  struct_declaration: container('struct'),
  interface_declaration: container('interface'),
  record_declaration: record,
  enum_declaration: container('enum'),
  enum_member_declaration: leaf('enumMember'),
  delegate_declaration: leaf('function'),
  field_declaration: fields('field'),
  event_field_declaration: fields('event'),
  event_declaration: leaf('event'),
  property_declaration: leaf('property'),
  indexer_declaration: (node, scope, whole) =>
    scope.add('property', node.childForFieldName('parameters'), whole, undefined, 'this[]'),
  constructor_declaration: callable('constructor'),
  destructor_declaration: destructor,
  method_declaration: callable('method'),
  operator_declaration: operator,
  conversion_operator_declaration: operator,
  global_statement: transparent,
  local_function_statement: callable('function'),
};
