import type { Node } from '@vscode/tree-sitter-wasm';
import { named } from '../parse/syntax.ts';
import { transparent } from './declarations.ts';
import type { Rule, Rules, Scope } from './scope.ts';
import type { SymbolKind } from './symbols.ts';

const ENUM_BASE = /(?:^|\.)(?:Str|Int)?(?:Enum|Flag)$/;
const PROPERTY = /^@(?:[\w.]*\.)?(?:cached_)?property$|^@\w+\.(?:setter|deleter|getter)$/;
const CONSTANT = /^_*[A-Z][A-Z0-9_]*$/;

const definition: Rule = (node, scope, whole) => {
  const name = node.childForFieldName('name');
  const body = node.childForFieldName('body');
  scope.add(functionKind(scope, name, whole), name, whole, (inner) => inner.visitBody(body));
};

function functionKind(scope: Scope, name: Node | null, whole: Node): SymbolKind {
  if (scope.kind !== 'class' && scope.kind !== 'enum') return 'function';
  if (name?.text === '__init__') return 'constructor';
  const decorators = whole.type === 'decorated_definition' ? named(whole) : [];
  return decorators.some((each) => each.type === 'decorator' && PROPERTY.test(each.text))
    ? 'property'
    : 'method';
}

const classDefinition: Rule = (node, scope, whole) => {
  const bases = node.childForFieldName('superclasses');
  const isEnum = bases !== null && named(bases).some((base) => ENUM_BASE.test(base.text));
  const body = node.childForFieldName('body');
  scope.add(isEnum ? 'enum' : 'class', node.childForFieldName('name'), whole, (inner) => inner.visit(body));
};

const statement: Rule = (node, scope) => {
  const first = named(node)[0];
  if (!scope.local && first?.type === 'assignment') assign(first, node, scope);
};

/** Only the first assignment to a name declares it. */
function assign(assignment: Node, whole: Node, scope: Scope): void {
  const left = assignment.childForFieldName('left');
  const right = assignment.childForFieldName('right');
  const names = left ? targets(left) : [];
  for (const name of names) {
    if (scope.has(name.text)) continue;
    scope.add(variableKind(scope, name, right), name, names.length === 1 ? whole : name);
  }
  if (right?.type === 'assignment') assign(right, right, scope);
}

function variableKind(scope: Scope, name: Node, right: Node | null): SymbolKind {
  if (scope.kind === 'enum') return name.text.startsWith('_') ? 'property' : 'enumMember';
  if (right?.type === 'lambda') return scope.kind === 'class' ? 'method' : 'function';
  if (scope.kind === 'class') return 'property';
  return CONSTANT.test(name.text) ? 'constant' : 'variable';
}

function targets(left: Node): Node[] {
  if (left.type === 'identifier') return [left];
  if (!/^(?:pattern_list|tuple_pattern|list_pattern|list_splat_pattern)$/.test(left.type)) return [];
  return named(left).flatMap(targets);
}

const typeAlias: Rule = (node, scope, whole) => {
  const left = node.childForFieldName('left');
  const name = left?.descendantsOfType('identifier')[0] ?? null;
  scope.add('typeAlias', name, whole);
};

export const python: Rules = {
  function_definition: definition,
  class_definition: classDefinition,
  decorated_definition: (node, scope, whole) => scope.apply(node.childForFieldName('definition'), whole),
  expression_statement: statement,
  type_alias_statement: typeAlias,
  // Blocks open no scope.
  block: transparent,
  if_statement: transparent,
  elif_clause: transparent,
  else_clause: transparent,
  try_statement: transparent,
  except_clause: transparent,
  except_group_clause: transparent,
  finally_clause: transparent,
  with_statement: transparent,
  for_statement: transparent,
  while_statement: transparent,
  match_statement: transparent,
  case_clause: transparent,
};
