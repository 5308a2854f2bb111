import type { Node } from '@vscode/tree-sitter-wasm';
import { named } from '../parse/syntax.ts';
import { callable, leaf, transparent } from './declarations.ts';
import type { Rule, Rules, Scope } from './scope.ts';
import type { SymbolKind } from './symbols.ts';

const EMBEDDED = new Set(['type_identifier', 'qualified_type', 'generic_type']);

const each: Rule = (node, scope) => {
  const specs = named(node).filter((child) => child.type !== 'comment');
  for (const spec of specs) scope.apply(spec, specs.length === 1 ? node : spec);
};

const values =
  (kind: SymbolKind): Rule =>
  (node, scope, whole) => {
    if (scope.local) return;
    const names = namesOf(node);
    for (const name of names) if (name.text !== '_') scope.add(kind, name, names.length === 1 ? whole : name);
  };

function namesOf(node: Node): Node[] {
  return (node.childrenForFieldName('name') as Node[]).filter((name) => name.isNamed);
}

const typeSpec: Rule = (node, scope, whole) => {
  const type = node.childForFieldName('type');
  const kind =
    type?.type === 'struct_type' ? 'struct' : type?.type === 'interface_type' ? 'interface' : 'class';
  scope.add(kind, node.childForFieldName('name'), whole, (inner) => typeMembers(type, inner));
};

function typeMembers(type: Node | null, scope: Scope): void {
  if (type?.type === 'struct_type') scope.visit(type);
  else if (type?.type === 'interface_type') scope.visit(type);
  else if (type?.type === 'pointer_type' || type?.type === 'slice_type' || type?.type === 'array_type')
    typeMembers(type.childForFieldName('element') ?? type.firstNamedChild, scope);
}

const field: Rule = (node, scope) => {
  const names = namesOf(node);
  const type = node.childForFieldName('type');
  // The members of `a, b struct{…}` lie outside both names.
  const [name] = names;
  if (name && names.length === 1) scope.add('field', name, node, (inner) => typeMembers(type, inner));
  else for (const each of names) scope.add('field', each, each);
  if (names.length === 0) embedded(type, node, scope);
};

function embedded(type: Node | null, whole: Node, scope: Scope): void {
  const named = type?.type === 'generic_type' ? type.childForFieldName('type') : type;
  const name = named?.type === 'qualified_type' ? named.childForFieldName('name') : named;
  if (type && EMBEDDED.has(type.type)) scope.add('field', name ?? null, whole);
}

/** Named `(*T).Name` or `(T).Name` and beside its type, as gopls does: Go allows it in another file. */
const method: Rule = (node, scope, whole) => {
  const name = node.childForFieldName('name');
  const receiver = node.childForFieldName('receiver');
  const type = receiver && named(receiver)[0]?.childForFieldName('type');
  const body = node.childForFieldName('body');
  const inside = (inner: Scope) => inner.visitBody(body);
  scope.add('method', name, whole, inside, type && name ? `(${type.text}).${name.text}` : name?.text);
};

export const go: Rules = {
  const_declaration: each,
  var_declaration: (node, scope, whole) => {
    const list = named(node).find((child) => child.type === 'var_spec_list');
    if (list) scope.visit(list);
    else each(node, scope, whole);
  },
  type_declaration: each,
  const_spec: values('constant'),
  var_spec: values('variable'),
  type_spec: typeSpec,
  type_alias: leaf('typeAlias'),
  field_declaration_list: transparent,
  field_declaration: field,
  method_elem: leaf('method'),
  type_elem: (node, scope, whole) => {
    const types = named(node);
    if (types.length === 1) embedded(types[0] ?? null, whole, scope);
  },
  function_declaration: callable('function'),
  method_declaration: method,
  statement_list: transparent,
};
