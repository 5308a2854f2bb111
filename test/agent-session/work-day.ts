import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../support/fuzz/random.ts';

export type Step =
  | { readonly call: string; readonly input: Readonly<Record<string, unknown>> }
  | { readonly edit: string; readonly how: string };

export interface Facts {
  /** Source files, the most imported first. */
  readonly files: readonly string[];
  /** Names that are declared somewhere. */
  readonly names: readonly string[];
  readonly words: readonly string[];
}

/**
 * What an agent does on one task: it gets an overview, finds the place, looks at what is there and who
 * depends on it, edits, and asks again. Which files are popular follows Zipf's law, so that tasks and
 * agents meet; within a task most questions are about the same few files.
 */
export function* task(random: Random, { files, names, words }: Facts): Generator<Step> {
  const popular = <T>(all: readonly T[]): T =>
    all[Math.floor(all.length ** random.next()) - 1] ?? (all[0] as T);
  const mine = Array.from({ length: 2 + random.below(3) }, () => popular(files));
  const name = popular(names);
  yield { call: 'repo_map', input: random.chance(0.5) ? {} : { focus: [mine[0]] } };
  yield { call: 'search', input: { query: popular(words) } };
  yield { call: 'symbols', input: { query: name } };
  yield { call: 'definition', input: { name } };
  for (const path of mine) yield { call: 'outline', input: { path } };
  yield { call: 'imports', input: { path: mine[0] } };
  yield { call: 'dependents', input: { path: mine[0] } };
  yield { call: 'references', input: { name } };
  for (let edits = 1 + random.below(4); edits > 0; edits--) {
    const path = random.pick(mine);
    yield { call: 'outline', input: { path } };
    yield { edit: path, how: random.pick(['line', 'function', 'rename']) };
    yield { call: 'outline', input: { path } };
    if (random.chance(0.5)) yield { call: 'impact', input: { path } };
    if (random.chance(0.4)) yield { call: 'references', input: { name } };
    if (random.chance(0.3)) yield { call: 'outline', input: { path: random.pick(mine) } };
  }
  yield { call: 'dependents', input: { path: random.pick(mine) } };
  yield { call: 'symbols', input: { query: name } };
  yield { call: 'tokens', input: { path: random.pick(mine) } };
}

/** Changes a file as an agent would: a line within, a new function, another name for one. */
export function edit(root: string, path: string, how: string, nth: number): void {
  const file = join(root, path);
  const text = readFileSync(file, 'utf8');
  if (how === 'function') writeFileSync(file, `${text}\nfunction added${nth}() {\n  return ${nth};\n}\n`);
  else if (how === 'rename') writeFileSync(file, text.replace(/\bfunction (\w+)/, `function $1${nth}`));
  else {
    const lines = text.split('\n');
    const at = Math.floor(lines.length / 2);
    writeFileSync(file, [...lines.slice(0, at), '', ...lines.slice(at)].join('\n'));
  }
}
