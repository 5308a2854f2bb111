// Compares outlines and imports with the TypeScript compiler's and Python's own answers on a repository.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Import } from '../../src/analysis/imports/imports.ts';
import { languageOf } from '../../src/analysis/languages.ts';
import type { Outline, OutlineSymbol } from '../../src/analysis/outline/symbols.ts';
import type { AnalysisRunner } from '../../src/analysis/runner.ts';
import { workspaceFiles } from '../../src/warming/workspace-files.ts';
import { openEngine } from '../bench/engine.ts';
import { bundleInto } from '../replay/bundle.ts';
import { pythonFacts } from './python.ts';
import { compare, row, type Tally, tally } from './tally.ts';
import { CompilerImports } from './typescript-imports.ts';
import { declarationsOf } from './typescript-outline.ts';

const { values } = parseArgs({
  options: {
    repo: { type: 'string' },
    commit: { type: 'string', default: 'HEAD' },
    show: { type: 'string', default: '0' },
  },
});
if (values.repo === undefined) throw new Error('--repo PATH is missing: a git repository.');

const folder = mkdtempSync(join(tmpdir(), 'quality-'));
const root = join(folder, 'tree');
mkdirSync(root);
execFileSync('sh', ['-c', 'git -C "$0" archive "$1" | tar -x -C "$2"', values.repo, values.commit, root]);
const bundle = join(folder, 'bundle');
await bundleInto(bundle);
const engine = await openEngine(root, join(folder, 'storage'), bundle, 'off');
try {
  const filter = { exclude: [], maxBytes: 1 << 20, maxFiles: 100_000, wanted: () => true };
  const files: string[] = [];
  for await (const path of workspaceFiles(root, filter, new AbortController().signal)) files.push(path);
  const all = [...(await typescript(engine.runner, files)), ...(await python(engine.runner, files))];
  console.log('| what | reference | files | right | wrong | missed | precision | recall |');
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const one of all.filter((each) => each.files > 0)) {
    console.log(row(one));
    for (const each of one.wrong.slice(0, Number(values.show))) console.error(`  wrong: ${each}`);
    for (const each of one.missed.slice(0, Number(values.show))) console.error(`  missed: ${each}`);
  }
} finally {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
}

async function typescript(runner: AnalysisRunner, files: readonly string[]): Promise<Tally[]> {
  const outlines = tally('outline, TypeScript and JavaScript', 'the TypeScript compiler');
  const specifiers = tally('imports, TypeScript and JavaScript', 'ts.preProcessFile');
  const targets = tally('where relative imports lead', 'ts.resolveModuleName');
  const compiler = new CompilerImports(root);
  for (const path of files) {
    if (!['typescript', 'tsx', 'javascript'].includes(languageOf(path) ?? '')) continue;
    const text = readFileSync(join(root, path), 'utf8');
    const outline = await value<Outline>(runner, 'outline', path);
    const found = await value<{ imports: Import[] }>(runner, 'imports', path);
    if (!outline || !found) continue;
    const { wanted, all } = declarationsOf(path, text);
    compare(outlines, path, new Set(places(outline.symbols)), wanted, all);
    const given = compiler.specifiers(text);
    compare(specifiers, path, new Set(found.imports.map(({ specifier }) => specifier)), given);
    const relative = [...given].filter((one) => /^\.\.?(\/|$)/.test(one));
    const theirs = relative.flatMap((one) => {
      const target = compiler.target(path, one);
      return target ? [`${one} -> ${target}`] : [];
    });
    const resolved = new Set(theirs.map((one) => one.split(' -> ')[0]));
    const ours = found.imports.flatMap(({ specifier, targets: to = [] }) =>
      resolved.has(specifier) ? to.map((target) => `${specifier} -> ${target}`) : [],
    );
    compare(targets, path, new Set(ours), new Set(theirs));
  }
  return [outlines, specifiers, targets];
}

async function python(runner: AnalysisRunner, files: readonly string[]): Promise<Tally[]> {
  const outlines = tally('outline, Python', 'ast');
  const imports = tally('imports, Python', 'ast');
  const paths = files.filter((path) => languageOf(path) === 'python');
  const facts = paths.length > 0 ? pythonFacts(paths.map((path) => join(root, path))) : new Map();
  for (const path of paths) {
    const theirs = facts.get(join(root, path));
    const outline = await value<Outline>(runner, 'outline', path);
    const found = await value<{ imports: Import[] }>(runner, 'imports', path);
    if (!theirs || !outline || !found) continue;
    compare(
      outlines,
      path,
      new Set(numbered(namesOf(outline.symbols))),
      new Set(numbered(theirs.wanted)),
      new Set(numbered(theirs.all)),
    );
    compare(imports, path, new Set(found.imports.map(({ specifier }) => specifier)), new Set(theirs.imports));
  }
  return [outlines, imports];
}

async function value<T>(runner: AnalysisRunner, name: string, path: string): Promise<T | undefined> {
  try {
    return (await runner.run(name, { path })).value as T;
  } catch {
    return undefined; // too large, not UTF-8: neither side is asked
  }
}

function places(symbols: readonly OutlineSymbol[]): string[] {
  return symbols.flatMap(({ name, selectionRange: { start }, children = [] }) => [
    `${start.line}:${start.character} ${name}`,
    ...places(children),
  ]);
}

function namesOf(symbols: readonly OutlineSymbol[]): string[] {
  return symbols.flatMap(({ name, children = [] }) => [name, ...namesOf(children)]);
}

/** The second of one name is another one than the first. */
function numbered(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return `${name}#${nth}`;
  });
}
