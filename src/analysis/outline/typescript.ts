import type { Node } from '@vscode/tree-sitter-wasm';
import { named } from '../parse/syntax.ts';
import { callable, container } from './declarations.ts';
import { objectMembers, valueInfo } from './javascript-values.ts';
import type { Rule, Rules, Scope } from './scope.ts';
import type { SymbolKind } from './symbols.ts';

const PARAMETER_PROPERTY = new Set(['accessibility_modifier', 'override_modifier', 'readonly']);

function hasToken(node: Node, token: string): boolean {
  return (node.children as Node[]).some((child) => child.type === token);
}

const method: Rule = (node, scope, whole) => {
  const name = node.childForFieldName('name');
  const body = node.childForFieldName('body');
  const constructs = scope.kind === 'class' && name?.text === 'constructor';
  const accessor = hasToken(node, 'get') || hasToken(node, 'set');
  scope.add(constructs ? 'constructor' : accessor ? 'property' : 'method', name, whole, (inner) =>
    inner.visitBody(body),
  );
  if (!constructs) return;
  for (const parameter of named(node.childForFieldName('parameters') ?? node)) {
    if ((parameter.children as Node[]).some((child) => PARAMETER_PROPERTY.has(child.type)))
      scope.add('property', parameter.childForFieldName('pattern'), parameter);
  }
};

const field: Rule = (node, scope, whole) => {
  const value = valueInfo(node.childForFieldName('value'));
  const name = node.childForFieldName('name') ?? node.childForFieldName('property');
  scope.add(value.kind === 'function' ? 'method' : 'property', name, whole, value.inside);
};

const unnamed =
  (kind: SymbolKind, label: string): Rule =>
  (node, scope, whole) =>
    scope.add(kind, node, whole, undefined, label);

/** The grammar takes a mapped type for an index signature. */
const indexSignature: Rule = (node, scope, whole) => {
  if (node.childForFieldName('name')) scope.add('property', node, whole, undefined, '[index]');
};

const declarators: Rule = (node, scope, whole) => {
  const all = named(node).filter((child) => child.type === 'variable_declarator');
  const kind = node.childForFieldName('kind')?.type === 'const' ? 'constant' : 'variable';
  for (const declarator of all) {
    const value = valueInfo(declarator.childForFieldName('value'));
    const name = declarator.childForFieldName('name');
    const range = all.length === 1 ? whole : declarator;
    if (value.kind) scope.add(value.kind, name, range, value.inside);
    else if (!scope.local && !value.imported) {
      const names = name ? patternNames(name) : [];
      for (const each of names) scope.add(kind, each, names.length === 1 ? range : each, value.inside);
    }
  }
};

function patternNames(pattern: Node): Node[] {
  switch (pattern.type) {
    case 'identifier':
    case 'shorthand_property_identifier_pattern':
      return [pattern];
    case 'pair_pattern':
      return named(pattern).slice(1).flatMap(patternNames);
    case 'object_assignment_pattern':
    case 'assignment_pattern':
      return named(pattern).slice(0, 1).flatMap(patternNames);
    case 'object_pattern':
    case 'array_pattern':
    case 'rest_pattern':
      return named(pattern).flatMap(patternNames);
    default:
      return [];
  }
}

const exported: Rule = (node, scope, whole) => {
  const declaration = node.childForFieldName('declaration');
  if (declaration) return scope.apply(declaration, whole);
  const expression = node.childForFieldName('value');
  if (!expression) return;
  const value = valueInfo(expression);
  if (value.kind || value.inside)
    scope.add(value.kind ?? 'variable', expression, whole, value.inside, 'default');
};

/** CommonJS exports, prototype methods and functions called where they are written. */
const statement: Rule = (node, scope, whole) => {
  const expression = named(node)[0];
  if (!expression) return;
  if (expression.type === 'assignment_expression') {
    const left = expression.childForFieldName('left');
    const value = valueInfo(expression.childForFieldName('right'));
    const target = left?.type === 'member_expression' ? left.text : '';
    const exports = target.startsWith('module.exports') || target.startsWith('exports.');
    const method = target.includes('.prototype.') ? 'method' : 'function';
    if (!left || !(exports || (target && value.kind)) || scope.local) return;
    if (value.kind) scope.add(value.kind === 'function' ? method : value.kind, left, whole, value.inside);
    else if (value.inside || !value.reference) scope.add('variable', left, whole, value.inside);
  } else if (expression.type === 'call_expression') {
    const callee = valueInfo(expression.childForFieldName('function'));
    if (callee.kind === 'function') callee.inside?.(scope);
  } else if (expression.text === 'global') globalBlock(expression, scope);
  else scope.apply(expression);
};

/** `global { … }` in a `declare module`, which the grammar takes for two statements. */
function globalBlock(name: Node, scope: Scope): void {
  const block = name.parent?.nextNamedSibling;
  if (block?.type !== 'statement_block') return;
  scope.lead(name);
  scope.add('module', name, block, (inner) => inner.visit(block));
}

const ambient: Rule = (node, scope, whole) => {
  const global = (node.children as Node[]).find((child) => child.type === 'global');
  if (!global) for (const child of named(node)) scope.apply(child, whole);
  else scope.add('module', global, whole, (inner) => named(node).forEach((body) => void inner.visit(body)));
};

/** `namespace a.b`, and `declare module 'name'`. */
const namespace: Rule = (node, scope, whole) => {
  const name = node.childForFieldName('name');
  const body = node.childForFieldName('body');
  const kind = name?.type === 'string' ? 'module' : 'namespace';
  scope.add(kind, name, whole, (inner) => inner.visit(body));
};

const alias: Rule = (node, scope, whole) => {
  const value = node.childForFieldName('value');
  scope.add('typeAlias', node.childForFieldName('name'), whole, (inner) => {
    if (value?.type === 'object_type') inner.visit(value);
    else if (value?.type === 'intersection_type')
      for (const part of named(value)) if (part.type === 'object_type') inner.visit(part);
  });
};

const enumMembers: Rule = (node, scope, whole) => {
  const body = node.childForFieldName('body');
  scope.add('enum', node.childForFieldName('name'), whole, (inner) => {
    for (const member of body ? named(body) : []) {
      if (member.type !== 'comment')
        inner.add('enumMember', member.childForFieldName('name') ?? member, member);
    }
  });
};

/** TypeScript, TSX and JavaScript: the JavaScript grammar's node types are among TypeScript's. */
export const typescript: Rules = {
  export_statement: exported,
  expression_statement: statement,
  lexical_declaration: declarators,
  variable_declaration: declarators,
  function_declaration: callable('function'),
  generator_function_declaration: callable('function'),
  function_signature: callable('function'),
  class_declaration: container('class'),
  abstract_class_declaration: container('class'),
  interface_declaration: container('interface'),
  enum_declaration: enumMembers,
  type_alias_declaration: alias,
  internal_module: namespace,
  module: namespace,
  ambient_declaration: ambient,
  method_definition: method,
  method_signature: method,
  abstract_method_signature: method,
  public_field_definition: field,
  field_definition: field,
  property_signature: field,
  call_signature: unnamed('method', '()'),
  construct_signature: unnamed('constructor', 'new ()'),
  index_signature: indexSignature,
  pair: objectMembers,
  // As statements only where the end of the declaration is missing.
  class: container('class'),
  function_expression: callable('function'),
};
