import type { Node } from '@vscode/tree-sitter-wasm';
import { named } from '../parse/syntax.ts';
import { container, leaf, transparent } from './declarations.ts';
import type { Rule, Rules, Scope } from './scope.ts';
import type { SymbolKind } from './symbols.ts';

const TYPES = new Set(['class_specifier', 'struct_specifier', 'union_specifier', 'enum_specifier']);
const MEMBERS = new Set<string>(['class', 'struct']);

interface Declared {
  readonly name: Node;
  readonly callable: boolean;
}

/** The name within `*(*name)(…)[…] = …`; callable when the name itself takes parameters. */
function declared(declarator: Node | null): Declared | undefined {
  let callable = false;
  for (let node = declarator; node; ) {
    if (node.type === 'function_declarator') callable = true;
    else if (node.type === 'pointer_declarator' || node.type === 'parenthesized_declarator') callable = false;
    const inner: Node | null = node.childForFieldName('declarator');
    if (inner) node = inner;
    else if (node.type === 'parenthesized_declarator' || node.type === 'reference_declarator')
      node = named(node)[0] ?? null;
    else return { name: node, callable };
  }
  return undefined;
}

function functionKind(name: Node, scope: Scope): SymbolKind {
  if (!MEMBERS.has(scope.kind)) return name.type === 'qualified_identifier' ? 'method' : 'function';
  return name.type === 'operator_name' ? 'operator' : 'method';
}

const func: Rule = (node, scope, whole) => {
  const found = declared(node.childForFieldName('declarator'));
  const body = node.childForFieldName('body');
  if (found) scope.add(functionKind(found.name, scope), found.name, whole, (inner) => inner.visitBody(body));
};

const declaration: Rule = (node, scope, whole) => {
  const type = node.childForFieldName('type');
  if (type && TYPES.has(type.type) && type.childForFieldName('body')) scope.apply(type, whole);
  if (scope.local) return;
  const declarators = (node.childrenForFieldName('declarator') as Node[]).filter((each) => each.isNamed);
  const constant = named(node).some((each) => /^const(?:expr)?$/.test(each.text));
  for (const each of declarators) {
    const found = declared(each);
    if (!found) continue;
    const value = MEMBERS.has(scope.kind) ? 'field' : constant ? 'constant' : 'variable';
    const kind = found.callable ? functionKind(found.name, scope) : value;
    scope.add(kind, found.name, declarators.length === 1 ? whole : each);
  }
};

/** `typedef struct {…} Name`: the struct takes the name; a named one keeps its own beside it. */
const typedef: Rule = (node, scope, whole) => {
  const type = node.childForFieldName('type');
  const name = declared(node.childForFieldName('declarator'))?.name ?? null;
  const body = type && TYPES.has(type.type) ? type.childForFieldName('body') : null;
  if (!type || !body) return scope.add('typeAlias', name, whole);
  const own = type.childForFieldName('name');
  if (own) scope.apply(type);
  if (own?.text === name?.text) return;
  if (own) scope.add('typeAlias', name, whole);
  else
    scope.add(type.type === 'enum_specifier' ? 'enum' : 'struct', name, whole, (inner) => inner.visit(body));
};

const type =
  (kind: SymbolKind): Rule =>
  (node, scope, whole) => {
    const body = node.childForFieldName('body');
    if (body) scope.add(kind, node.childForFieldName('name'), whole, (inner) => inner.visit(body));
  };

export const cpp: Rules = {
  namespace_definition: container('namespace'),
  linkage_specification: (node, scope, whole) => {
    const body = node.childForFieldName('body');
    if (body?.type === 'declaration_list') scope.visit(body);
    else scope.apply(body, whole);
  },
  template_declaration: (node, scope, whole) => {
    for (const child of named(node)) scope.apply(child, whole);
  },
  class_specifier: type('class'),
  struct_specifier: type('struct'),
  union_specifier: type('struct'),
  enum_specifier: type('enum'),
  enumerator: leaf('enumMember'),
  function_definition: func,
  declaration,
  field_declaration: declaration,
  type_definition: typedef,
  alias_declaration: leaf('typeAlias'),
  concept_definition: leaf('interface'),
  preproc_def: leaf('constant'),
  preproc_function_def: leaf('function'),
  preproc_if: transparent,
  preproc_ifdef: transparent,
  preproc_else: transparent,
  preproc_elif: transparent,
};
