import type { Node } from '@vscode/tree-sitter-wasm';
import { named } from '../parse/syntax.ts';
import type { Inside, Rule } from './scope.ts';

interface Value {
  /** What a name bound to the value is, where the value decides it. */
  readonly kind?: 'function' | 'class';
  readonly inside?: Inside;
  /** Names something declared elsewhere. */
  readonly reference?: boolean;
  /** `require(…)`: the names it is bound to are imports. */
  readonly imported?: boolean;
}

/** What an initializer or exported expression declares. */
export function valueInfo(node: Node | null): Value {
  switch (node?.type) {
    case 'arrow_function':
    case 'function_expression':
    case 'generator_function': {
      const body = node.childForFieldName('body');
      return { kind: 'function', inside: (scope) => scope.visitBody(body) };
    }
    case 'class': {
      const body = node.childForFieldName('body');
      return { kind: 'class', inside: (scope) => scope.visit(body) };
    }
    case 'object':
      return { inside: (scope) => scope.visit(node) };
    case 'call_expression':
      return argumentsOf(node);
    case 'parenthesized_expression':
    case 'as_expression':
    case 'satisfies_expression':
    case 'non_null_expression':
      return valueInfo(node.firstNamedChild);
    case 'identifier':
    case 'member_expression':
      return { reference: true };
    default:
      return {};
  }
}

/** `memo(() => …)`, `defineComponent({…})`: what the first function or object given declares. */
function argumentsOf(call: Node): Value {
  if (call.childForFieldName('function')?.text === 'require') return { imported: true };
  const list = call.childForFieldName('arguments');
  if (list?.type !== 'arguments') return {};
  for (const argument of named(list)) {
    const { inside } = valueInfo(argument);
    if (inside && argument.type !== 'call_expression') return { inside };
  }
  return {};
}

/** A property of an object literal: functions, and objects with functions in them. */
export const objectMembers: Rule = (node, scope, whole) => {
  const key = node.childForFieldName('key');
  const value = valueInfo(node.childForFieldName('value'));
  if (value.kind) scope.add(value.kind === 'function' ? 'method' : 'class', key, whole, value.inside);
  else if (value.inside) {
    const before = scope.symbols.length;
    scope.add('property', key, whole, value.inside);
    if (scope.symbols[before]?.children === undefined) scope.symbols.length = before;
  }
};
