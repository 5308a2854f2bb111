import ts from 'typescript';

/** `line:character name` of each declared name, 0-based. */
export interface Declared {
  /** What every outline has to list. */
  readonly wanted: ReadonlySet<string>;
  /** All names that the file declares or gives to a property. */
  readonly all: ReadonlySet<string>;
}

/** What the compiler says a file declares. */
export function declarationsOf(path: string, text: string): Declared {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const wanted = new Set<string>();
  const all = new Set<string>();
  const place = (node: ts.Node, name = node.getText(source)) => {
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
    return `${line}:${character} ${name.replace(/^(['"])(.*)\1$/s, '$2')}`;
  };
  const visit = (node: ts.Node, outside: boolean): void => {
    const name = nameOf(node);
    if (name) {
      all.add(place(name));
      if (isWanted(node, outside)) wanted.add(place(name));
    }
    if (ts.isConstructorDeclaration(node)) {
      const at = node.getChildren(source).find(({ kind }) => kind === ts.SyntaxKind.ConstructorKeyword);
      if (at) all.add(place(at, 'constructor'));
      if (at && outside) wanted.add(place(at, 'constructor'));
    }
    if (!name && (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node))) {
      const keywords = [
        ts.SyntaxKind.FunctionKeyword,
        ts.SyntaxKind.ClassKeyword,
        ts.SyntaxKind.AsyncKeyword,
      ];
      for (const child of node.getChildren(source).flatMap((each) => [each, ...each.getChildren(source)]))
        if (keywords.includes(child.kind)) all.add(place(child, 'default'));
    }
    if (ts.isCallSignatureDeclaration(node)) all.add(place(node, '()'));
    if (ts.isConstructSignatureDeclaration(node)) all.add(place(node, 'new ()'));
    if (ts.isIndexSignatureDeclaration(node)) all.add(place(node, '[index]'));
    if (ts.isExportAssignment(node)) all.add(place(node.expression, 'default'));
    if (ts.isBinaryExpression(node)) all.add(place(node.left));
    ts.forEachChild(node, (child) => visit(child, outside && opens(node)));
  };
  visit(source, true);
  return { wanted, all };
}

function nameOf(node: ts.Node): ts.Node | undefined {
  if (ts.isBindingElement(node) || ts.isVariableDeclaration(node))
    return ts.isIdentifier(node.name) ? node.name : undefined;
  const { name } = node as ts.NamedDeclaration;
  return name && typeof name === 'object' && 'kind' in name ? name : undefined;
}

function isWanted(node: ts.Node, outside: boolean): boolean {
  if (!outside) return false;
  return (
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isEnumMember(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isMethodSignature(node) ||
    ts.isAccessor(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isPropertySignature(node) ||
    (ts.isVariableDeclaration(node) && !imports(node))
  );
}

/** `const x = require('y')`, which is listed with the imports. */
function imports({ initializer }: ts.VariableDeclaration): boolean {
  return (
    initializer !== undefined &&
    ts.isCallExpression(initializer) &&
    initializer.expression.getText() === 'require'
  );
}

/** Whether what is declared directly within is seen from outside: not in bodies, blocks, expressions or types. */
function opens(node: ts.Node): boolean {
  return (
    ts.isSourceFile(node) ||
    ts.isModuleDeclaration(node) ||
    ts.isModuleBlock(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isVariableStatement(node) ||
    ts.isVariableDeclarationList(node)
  );
}
