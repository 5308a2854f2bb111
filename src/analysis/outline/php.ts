import { named } from '../parse/syntax.ts';
import { callable, container, leaf, transparent } from './declarations.ts';
import type { Rule, Rules } from './scope.ts';

const properties: Rule = (node, scope, whole) => {
  const all = named(node).filter((child) => child.type === 'property_element');
  for (const each of all)
    scope.add('property', each.childForFieldName('name'), all.length === 1 ? whole : each);
};

const constants: Rule = (node, scope, whole) => {
  const all = named(node).filter((child) => child.type === 'const_element');
  for (const each of all) scope.add('constant', each.firstNamedChild, all.length === 1 ? whole : each);
};

const method: Rule = (node, scope, whole) => {
  const constructs = node.childForFieldName('name')?.text === '__construct';
  callable(constructs ? 'constructor' : 'method')(node, scope, whole);
  const parameters = node.childForFieldName('parameters');
  for (const each of parameters ? named(parameters) : [])
    if (each.type === 'property_promotion_parameter')
      scope.add('property', each.childForFieldName('name'), each);
};

export const php: Rules = {
  namespace_definition: container('namespace'),
  class_declaration: container('class'),
  interface_declaration: container('interface'),
  trait_declaration: container('class'),
  enum_declaration: container('enum'),
  enum_case: leaf('enumMember'),
  const_declaration: constants,
  property_declaration: properties,
  method_declaration: method,
  function_definition: callable('function'),
  if_statement: transparent,
  compound_statement: transparent,
};
