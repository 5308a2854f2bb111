import { named } from '../parse/syntax.ts';
import { callable, container, transparent } from './declarations.ts';
import type { Rule, Rules } from './scope.ts';

const ACCESSORS = new Set(['attr_accessor', 'attr_reader', 'attr_writer']);
const MODIFIERS = /^(?:private|protected|public|module_function|private_class_method)$/;

const assignment: Rule = (node, scope, whole) => {
  const left = node.childForFieldName('left');
  if (left?.type === 'constant' && !scope.local) scope.add('constant', left, whole);
};

const call: Rule = (node, scope) => {
  const name = node.childForFieldName('method')?.text ?? '';
  const list = node.childForFieldName('arguments');
  if (!list || scope.local) return;
  if (MODIFIERS.test(name)) scope.visit(list);
  else if (ACCESSORS.has(name) && !node.childForFieldName('receiver')) {
    for (const each of named(list))
      if (each.type === 'simple_symbol') scope.add('property', each, each, undefined, each.text.slice(1));
  }
};

const method: Rule = (node, scope, whole) => {
  const name = node.childForFieldName('name');
  const kind = scope.kind === 'file' ? 'function' : name?.text === 'initialize' ? 'constructor' : 'method';
  callable(kind)(node, scope, whole);
};

/** `def self.name` is named as it is written. */
const singletonMethod: Rule = (node, scope, whole) => {
  const name = node.childForFieldName('name');
  const body = node.childForFieldName('body');
  const full = `${node.childForFieldName('object')?.text}.${name?.text}`;
  scope.add('method', name, whole, (inner) => inner.visitBody(body), full);
};

export const ruby: Rules = {
  module: container('module'),
  class: container('class'),
  singleton_class: (node, scope) => scope.visit(node.childForFieldName('body')),
  body_statement: transparent,
  method,
  singleton_method: singletonMethod,
  assignment,
  call,
};
