import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import createIgnore from 'ignore';
import picomatch from 'picomatch';
import type { ComputeContext } from '../../../src/freshness/context.ts';

/** `path` is a glob, a variable or the id of another question where it is not a path. */
export type Look = {
  readonly on: 'read' | 'kind' | 'list' | 'glob' | 'env' | 'setting' | 'entry';
  readonly path: string;
};
type Seen = string | readonly string[] | undefined;

/** What a computation does, told step by step, so that the oracle can do the very same synchronously. */
export type Question = () => Generator<Look, string, Seen>;

function* see(on: Look['on'], path: string): Generator<Look, string, Seen> {
  return JSON.stringify((yield { on, path }) ?? null);
}

const read = (...paths: string[]): Question =>
  function* () {
    const parts: string[] = [];
    for (const path of paths) parts.push(yield* see('read', path));
    return parts.join(' ');
  };

/** As module resolution does: the first candidate that is a file, then its content. */
function* resolve(): Generator<Look, string, Seen> {
  for (const path of ['mod.ts', 'mod.js', 'mod/index.ts', 'lib/mod.ts']) {
    if ((yield { on: 'kind', path }) === 'file') return `${path} ${yield* see('read', path)}`;
  }
  return 'none';
}

const walk = (folder: string): Question =>
  function* () {
    const found: string[] = [];
    const open = [folder];
    for (let path = open.pop(); path !== undefined && found.length < 40; path = open.pop()) {
      const names = yield { on: 'list', path };
      if (!Array.isArray(names)) found.push(`${path} gone`);
      else {
        for (const name of names as string[]) {
          const child = path === '' ? name : `${path}/${name}`;
          const kind = yield { on: 'kind', path: child };
          if (kind === 'folder' && child.split('/').length < 3) open.push(child);
          else if (kind === 'file') found.push(`${child} ${yield* see('read', child)}`);
          else found.push(`${child} ${String(kind)}`);
        }
      }
    }
    return found.join(', ');
  };

/** What it reads next depends on what it read. */
function* chase(): Generator<Look, string, Seen> {
  const first = yield* see('read', 'a.txt');
  const next = first.includes('a') ? 'b.txt' : first.includes('b') ? 'c.txt' : 'lib/x.ts';
  return `${first} ${next} ${yield* see('read', next)}`;
}

function* twice(): Generator<Look, string, Seen> {
  return `${yield* see('read', 'a.txt')} ${yield* see('kind', 'a.txt')} ${yield* see('read', 'a.txt')}`;
}

const globbed = (glob: string): Question =>
  function* () {
    return JSON.stringify(yield { on: 'glob', path: glob });
  };

const above = (...ids: string[]): Question =>
  function* () {
    const parts: unknown[] = [];
    for (const id of ids) parts.push(yield { on: 'entry', path: id });
    return parts.join(' + ');
  };

/** Says less than what it rests on: often the same when that is another one. */
function* first(): Generator<Look, string, Seen> {
  return String(yield { on: 'entry', path: 'ab' }).slice(0, 3);
}

function* facts(): Generator<Look, string, Seen> {
  return `${yield { on: 'env', path: 'MODE' }} ${yield { on: 'setting', path: 'editor.tabSize' }}`;
}

/** A mixture, in which what is asked for depends on a value. */
function* mode(): Generator<Look, string, Seen> {
  const mode = yield { on: 'env', path: 'MODE' };
  return mode === 'one' ? String(yield { on: 'entry', path: 'first' }) : yield* see('read', 'b.txt');
}

/** More inputs than a synchronous check takes. */
function* wide(): Generator<Look, string, Seen> {
  let found = 0;
  for (let i = 0; i < 260; i++) if ((yield { on: 'kind', path: `lib/${i}` }) !== undefined) found++;
  return `${found} ${yield* see('read', 'b.txt')}`;
}

/** By the id in their key. */
export const QUESTIONS: Readonly<Record<string, Question>> = {
  a: read('a.txt'),
  b: read('b.txt'),
  x: read('lib/x.ts'),
  deep: read('lib/deep/z.ts'),
  link: read('link'),
  through: read('dir-link/x.ts'),
  ab: read('a.txt', 'b.txt'),
  all: read('a.txt', 'b.txt', 'c.txt', 'lib/x.ts', 'link'),
  kind: () => see('kind', 'a.txt'),
  'kind-lib': () => see('kind', 'lib'),
  names: () => see('list', 'lib'),
  root: () => see('list', ''),
  'names-link': () => see('list', 'dir-link'),
  resolve,
  walk: walk(''),
  'walk-lib': walk('lib'),
  chase,
  twice,
  'glob-ts': globbed('**/*.ts'),
  'glob-lib': globbed('lib/**'),
  above: above('a', 'x'),
  first,
  diamond: above('first', 'a', 'above'),
  'glob-above': above('glob-ts', 'facts'),
  facts,
  mode,
  wide,
  plain: read(),
};

/** The world as a fresh computation finds it. */
export interface Finding {
  readonly root: string;
  /** Of an editor that is not saved. */
  unsaved(path: string): string | undefined;
  fact(on: 'env' | 'setting', name: string): string | undefined;
}

/** Answers as a fresh computation over the world would at this very moment. */
export function answerNow(finding: Finding, question: Question): string {
  const steps = question();
  let step = steps.next();
  while (!step.done) step = steps.next(lookNow(finding, step.value));
  return step.value;
}

/** Answers through the context of a computation; `between` runs before each of its looks, `read` after it read a file. */
export async function answerThrough(
  context: ComputeContext,
  question: Question,
  between: () => Promise<void>,
  read: (path: string) => void,
): Promise<string> {
  const steps = question();
  let step = steps.next();
  while (!step.done) {
    const { on, path } = step.value;
    await between();
    if (on === 'kind') step = steps.next(context.kind(path));
    else if (on === 'glob') step = steps.next(await context.glob(path));
    else if (on === 'env') step = steps.next(context.env(path));
    else if (on === 'setting') step = steps.next(context.setting(path) as string | undefined);
    else if (on === 'entry') {
      const below = QUESTIONS[path] as Question;
      const ask = (inner: ComputeContext) => answerThrough(inner, below, between, () => {});
      step = steps.next(await context.entry(`low:${path}`, ask));
    } else if (on === 'list') step = steps.next(await context.list(path));
    else {
      const file = await context.readFile(path);
      if (file) read(path);
      step = steps.next(file?.text());
    }
  }
  return step.value;
}

export function lookNow(finding: Finding, { on, path }: Look): Seen {
  const { root } = finding;
  if (on === 'entry') return answerNow(finding, QUESTIONS[path] as Question);
  if (on === 'env' || on === 'setting') return finding.fact(on, path);
  if (on === 'glob') return matches(root, path);
  const absolute = join(root, path);
  const stat = statOf(absolute);
  const unsaved = stat?.isDirectory() ? undefined : finding.unsaved(path);
  if (unsaved !== undefined) return on === 'kind' ? 'file' : on === 'read' ? unsaved : undefined;
  if (on === 'kind') return stat?.isFile() ? 'file' : stat?.isDirectory() ? 'folder' : undefined;
  if (on === 'list') return stat?.isDirectory() ? readdirSync(absolute).sort() : undefined;
  return stat?.isFile() ? readFileSync(absolute, 'utf8') : undefined;
}

function statOf(absolute: string) {
  try {
    return statSync(absolute, { throwIfNoEntry: false });
  } catch {
    return undefined; // a link that leads round in a circle, or through a file
  }
}

/** Files that match, by looking at every one of them; of ignore files only the one of the root counts here. */
function matches(root: string, glob: string): string[] {
  const matching = picomatch(glob);
  const ignored = createIgnore();
  const file = join(root, '.gitignore');
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile()) ignored.add(readFileSync(file, 'utf8'));
  const found: string[] = [];
  const open = [''];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (ignored.ignores(entry.isDirectory() ? `${path}/` : path)) continue;
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile() && matching(path)) found.push(path);
    }
  }
  return found.sort();
}
