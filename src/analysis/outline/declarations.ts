import type { Rule } from './scope.ts';
import type { SymbolKind } from './symbols.ts';

/** A declaration with a `name` whose `body` declares its members. */
export const container =
  (kind: SymbolKind): Rule =>
  (node, scope, whole) => {
    const body = node.childForFieldName('body');
    scope.add(kind, node.childForFieldName('name'), whole, (inner) => inner.visit(body));
  };

/** A declaration with a `name` whose `body` is run. */
export const callable =
  (kind: SymbolKind): Rule =>
  (node, scope, whole) => {
    const body = node.childForFieldName('body');
    scope.add(kind, node.childForFieldName('name'), whole, (inner) => inner.visitBody(body));
  };

/** A declaration with a `name` and no members; not listed in a function. */
export const leaf =
  (kind: SymbolKind): Rule =>
  (node, scope, whole) => {
    if (!scope.local) scope.add(kind, node.childForFieldName('name'), whole);
  };

/** A node that opens no scope. */
export const transparent: Rule = (node, scope) => scope.visit(node);
