import { callable, transparent } from './declarations.ts';
import type { Rule, Rules } from './scope.ts';

const assignment: Rule = (node, scope, whole) => {
  const name = node.childForFieldName('name');
  if (!scope.local && name && !scope.has(name.text)) scope.add('variable', name, whole);
};

export const bash: Rules = {
  function_definition: callable('function'),
  variable_assignment: assignment,
  declaration_command: transparent,
  if_statement: transparent,
  else_clause: transparent,
  elif_clause: transparent,
};
