import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { digest } from '../../../../src/cache/digest.ts';
import { FileGlobs } from '../../../../src/freshness/file-globs/file-globs.ts';
import type { GlobSpec } from '../../../../src/freshness/file-globs/glob-spec.ts';
import { write } from '../../../support/workspace.ts';
import { ofGit, repository } from './git-folder.ts';
import { ToldDisk } from './told-disk.ts';

const NAMES = ['a', 'b.ts', '.c', 'é.ts', 'node_modules'];
const path = fc
  .array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/'));
const RULES = ['*.ts', '!b.ts', 'a/', '/a', '!a/', '**/a/*.ts', '.c', '!*', 'é.ts'];
const rules = fc.array(fc.constantFrom(...RULES), { maxLength: 3 }).map((lines) => lines.join('\n'));
const ignoreFile = fc.constantFrom(
  '.gitignore',
  'a/.gitignore',
  '.c/.gitignore',
  'a/a/.gitignore',
  '.git/info/exclude',
);

type Step =
  | { readonly do: 'write' | 'remove' | 'link'; readonly at: string }
  | { readonly do: 'rename'; readonly at: string; readonly to: string }
  | { readonly do: 'rules'; readonly at: string; readonly text: string };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), at: path }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('remove' as const, 'link' as const), at: path }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rename' as const), at: path, to: path }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('rules' as const), at: ignoreFile, text: rules }) },
);

const SPECS: readonly GlobSpec[] = [
  { include: ['**/*.ts'] },
  { include: ['a/**', '.c/*.ts'], exclude: ['**/.c'] },
  { include: ['**'], exclude: ['a/**', '*/b.ts'], ignoreFiles: false },
  { include: ['**/node_modules/**/*.ts', 'a/*/*'] },
];

/** Carries a step out; the paths that a watcher tells of, as few as it may: of a tree only its top. */
function carryOut(root: string, step: Step): string[] {
  const top = (path: string): string => {
    const parent = dirname(path);
    return parent === '.' || existsSync(join(root, parent)) ? path : top(parent);
  };
  /** A watcher names things by where they are, not by the link that led there. */
  const real = (path: string): string => {
    const parent = join(root, dirname(path));
    return existsSync(parent) ? join(relative(root, realpathSync(parent)), basename(path)) : path;
  };
  try {
    if (step.do === 'remove') {
      const changed = real(step.at);
      rmSync(join(root, step.at), { recursive: true, force: true });
      return [changed];
    }
    const changed = ('to' in step ? [step.at, top(step.to)] : [top(step.at)]).map(real);
    if (step.do === 'write') write(root, step.at, '');
    else if (step.do === 'rules') write(root, step.at, step.text);
    else if (step.do === 'link') {
      mkdirSync(dirname(join(root, step.at)), { recursive: true });
      symlinkSync('a', join(root, step.at));
    } else if (step.do === 'rename') {
      mkdirSync(dirname(join(root, step.to)), { recursive: true });
      renameSync(join(root, step.at), join(root, step.to));
    }
    return changed;
  } catch {
    return [...NAMES, '.gitignore']; // half of it may have been done
  }
}

function everything(root: string, folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.name === '.git') return [];
    return entry.isDirectory() ? everything(root, path) : [path];
  });
}

/** Without any cleverness: all files, those that git leaves, picomatch on each. */
function oracle(root: string, theirs: readonly string[], spec: GlobSpec): string[] {
  const match = (patterns: readonly string[]) =>
    picomatch(
      patterns.map((one) => one.replace(/(^|\/)\*\*$/, '$1**/*')),
      { dot: true },
    );
  const included = spec.include.map((one) => ({
    match: match([one]),
    modules: one.includes('node_modules'),
  }));
  const excluded = match(spec.exclude ?? []);
  return (spec.ignoreFiles === false ? everything(root) : [...theirs])
    .filter((path) => lstatSync(join(root, path)).isFile())
    .filter((path) => {
      const inModules = path.split('/').slice(0, -1).includes('node_modules');
      const above = path.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'));
      const out = spec.exclude !== undefined && above.some((one) => excluded(one));
      return !out && included.some((one) => (one.modules || !inModules) && one.match(path));
    })
    .sort();
}

describe('whatever happens to a workspace', () => {
  it.each([0, 1000])(
    'globs find what a walk over everything finds, and miss no hint (clock of %i ms)',
    { timeout: 240_000 },
    async (grain) => {
      const root = repository({});
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
          for (const name of readdirSync(root)) {
            if (name !== '.git') rmSync(join(root, name), { recursive: true });
          }
          write(root, '.git/info/exclude', '');
          for (const seed of ['a/b.ts', 'a/a/é.ts', '.c/b.ts', 'b.ts', 'a/node_modules/b.ts'])
            write(root, seed, '');
          const disk = new ToldDisk(root);
          disk.grain = grain;
          const globs = new FileGlobs(disk);
          const known = new Map<GlobSpec, string>();
          for (const spec of SPECS) known.set(spec, (await globs.find(spec)).digest);
          const hinted = new Set<GlobSpec>();
          for (const [i, step] of steps.entries()) {
            const told = carryOut(root, step);
            for (const spec of SPECS) if (told.some((path) => globs.mayAffect(spec, path))) hinted.add(spec);
            if (i % 3 === 1) continue; // several changes between two questions
            const theirs = ofGit(root);
            for (const spec of SPECS) {
              const paths = oracle(root, theirs, spec);
              const expected = digest(paths.map((path) => `${path}\0`).join(''));
              const probed = globs.probe(spec);
              if (probed !== undefined) expect(probed).toBe(expected);
              expect([spec, await globs.settle(spec)]).toEqual([spec, expected]);
              expect((await globs.find(spec)).paths).toEqual(paths);
              if (expected !== known.get(spec)) expect([spec, hinted.has(spec)]).toEqual([spec, true]);
              known.set(spec, expected);
            }
            hinted.clear();
          }
        }),
        { numRuns: 25 },
      );
    },
  );
});
