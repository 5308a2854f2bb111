import { GlobError } from '../glob.ts';
import { expandBraces } from './braces.ts';
import {
  baseOf,
  compilePath,
  leadsBelow,
  matchesPath,
  type PathPattern,
  wholeFolders,
} from './path-pattern.ts';

/** Folders of version control: nothing in them is anybody's file. */
const NEVER: ReadonlySet<string> = new Set(['.git', '.hg', '.svn']);
/** Entered only by patterns that name it. */
const MODULES = 'node_modules';
/** Characters of a glob's patterns, braces written out. */
const LONGEST_EXPANDED = 20_000;

interface Include {
  readonly pattern: PathPattern;
  readonly namesModules: boolean;
}

/** What a spec's patterns say of paths, given as the parts between slashes. */
interface Patterns {
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
  readonly ignoreFiles?: boolean;
}

/**
 * The syntax is what picomatch, VS Code and ripgrep share: `*` and `?` within a name, `**` for any
 * folders, `{a,b}`, `[a-z]`, `[!a-z]`, `\` before a character to be taken as it is; parentheses are
 * themselves. A name that begins with a dot is like any other, as in VS Code. Nothing in `.git`,
 * `.hg` and `.svn` matches, and in `node_modules` only what a pattern with that very name in it
 * does. An excluded folder is excluded with everything in it. Letters match in their own case only.
 *
 * Own matching, not picomatch's regular expressions: those take minutes on `*a*a*a*a*a*a*b`.
 */
export class CompiledGlob {
  readonly ignoreFiles: boolean;
  /** Folders that all matches are below of, none of them within another. */
  readonly bases: readonly string[];
  readonly #include: readonly Include[];
  readonly #exclude: readonly PathPattern[];
  readonly #excludeFolders: readonly PathPattern[];

  /** Throws a {@link GlobError} for patterns that it cannot understand. */
  constructor({ include, exclude = [], ignoreFiles = true }: Patterns) {
    let left = LONGEST_EXPANDED;
    const spend = (length: number) => {
      left -= length;
      if (left < 0) {
        throw new GlobError(
          `A glob has ${LONGEST_EXPANDED} characters at the most, with all choices in braces written out.`,
        );
      }
    };
    const compile = (pattern: string) => expandBraces(pattern, spend).map((one) => understood(one, pattern));
    this.#include = include.flatMap(compile).map((pattern) => ({
      pattern,
      namesModules: pattern.some((segment) => segment?.name === MODULES),
    }));
    this.#exclude = exclude.map(withoutSpareSlashes).flatMap(compile);
    const whole = this.#exclude.map(wholeFolders).filter((pattern) => pattern !== undefined);
    this.#excludeFolders = [...this.#exclude, ...whole];
    this.ignoreFiles = ignoreFiles;
    this.bases = outermost(this.#include.map(({ pattern }) => baseOf(pattern).join('/')));
  }

  /** Whether a file at this path matches, all folders above it being open. */
  takes(path: readonly string[]): boolean {
    const name = path.at(-1) as string;
    if (NEVER.has(name)) return false;
    const modules = path.indexOf(MODULES);
    const inModules = modules >= 0 && modules < path.length - 1;
    return (
      this.#include.some((one) => (one.namesModules || !inModules) && matchesPath(one.pattern, path)) &&
      !this.#exclude.some((pattern) => matchesPath(pattern, path))
    );
  }

  /** Whether there may be matches in this folder or below, all folders above it being open. */
  opens(folder: readonly string[]): boolean {
    if (folder.length === 0) return true;
    if (NEVER.has(folder.at(-1) as string)) return false;
    const inModules = folder.includes(MODULES);
    return (
      this.#include.some((one) => (one.namesModules || !inModules) && leadsBelow(one.pattern, folder)) &&
      !this.#excludeFolders.some((pattern) => matchesPath(pattern, folder))
    );
  }
}

function understood(pattern: string, given: string): PathPattern {
  const told = `"${given}" is not understood: `;
  if (pattern.startsWith('!'))
    throw new GlobError(`${told}write what to leave out under "exclude", without "!".`);
  if (/(?<!\\)[@+*?!]\(/.test(pattern)) {
    throw new GlobError(`${told}write {a,b} for a choice, and \\( for a parenthesis after one of @+*?!.`);
  }
  if (pattern.startsWith('/') || /^[A-Za-z]:/.test(pattern)) {
    throw new GlobError(`${told}write it relative to the workspace folder.`);
  }
  const clean = pattern.replace(/^(\.\/)+(?=.)/, '');
  if (/(^|\/)(\.{0,2})(\/|$)/.test(clean)) {
    throw new GlobError(
      `${told}no part between slashes is empty, "." or "..", and the last is a file's name.`,
    );
  }
  const compiled = compilePath(clean, /^\*\*$/);
  if (!compiled) throw new GlobError(`${told}"[" begins no class, or "\\" ends it.`);
  return compiled;
}

/** Settings have them, and say nothing by them: `dist/`, `a//b`. */
function withoutSpareSlashes(pattern: string): string {
  return pattern.replace(/\/{2,}/g, '/').replace(/(?<=[^\\])\/$/, '');
}

function outermost(folders: readonly string[]): string[] {
  const all = new Set(folders);
  return [...all]
    .filter((folder) => ![...all].some((other) => other !== folder && isIn(folder, other)))
    .sort();
}

function isIn(folder: string, other: string): boolean {
  return other === '' || folder.startsWith(`${other}/`);
}
