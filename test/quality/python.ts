import { execFileSync } from 'node:child_process';
import * as z from 'zod';

const PROGRAM = `
import ast, json, sys
out = {}
for path in json.load(sys.stdin):
    text = open(path, encoding='utf-8').read()
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        continue
    wanted, every, imports = [], [], []
    def names(target):
        if isinstance(target, ast.Name): return [target]
        if isinstance(target, ast.Starred): return names(target.value)
        if isinstance(target, (ast.Tuple, ast.List)): return [n for t in target.elts for n in names(t)]
        return []
    def walk(node, scope):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                every.append(child.name)
                if scope != 'body': wanted.append(child.name)
                walk(child, 'class' if isinstance(child, ast.ClassDef) and scope != 'body' else 'body')
            elif isinstance(child, ast.Import):
                imports.extend(a.name for a in child.names); continue
            elif isinstance(child, ast.ImportFrom):
                if child.module != '__future__': imports.append('.' * child.level + (child.module or '')); continue
            else:
                targets = child.targets if isinstance(child, ast.Assign) else [child.target] if isinstance(child, (ast.AnnAssign, ast.AugAssign)) else []
                for n in [n for t in targets for n in names(t)]:
                    every.append(n.id)
                if hasattr(ast, 'TypeAlias') and isinstance(child, ast.TypeAlias): every.append(child.name.id)
                walk(child, scope)
    walk(tree, 'module')
    out[path] = [wanted, every, imports]
json.dump(out, sys.stdout)
`;

const answer = z.record(z.string(), z.tuple([z.array(z.string()), z.array(z.string()), z.array(z.string())]));

export interface PythonFacts {
  /** Functions and classes outside of function bodies, as often as they are declared. */
  readonly wanted: readonly string[];
  /** All names that are declared or assigned to. */
  readonly all: readonly string[];
  /** Without `__future__`, which is no module to look into but a word to the compiler. */
  readonly imports: readonly string[];
}

/** What Python's own `ast` says of the files that it can parse; by absolute path. */
export function pythonFacts(paths: readonly string[]): ReadonlyMap<string, PythonFacts> {
  const told = execFileSync('python3', ['-c', PROGRAM], {
    input: JSON.stringify(paths),
    maxBuffer: 1 << 28,
  });
  const facts = answer.parse(JSON.parse(told.toString()));
  return new Map(
    Object.entries(facts).map(([path, [wanted, all, imports]]) => [path, { wanted, all, imports }]),
  );
}
