import { GlobError } from '../glob.ts';
import { compilePath, matchesPath, type PathPattern } from './path-pattern.ts';

/** Largest ignore file, bytes: every rule may be tried on every name. */
const LARGEST = 128 * 1024;
/** As git sets `core.ignoreCase` where file systems are like that. */
const FOLDS_CASE = process.platform === 'win32' || process.platform === 'darwin';

interface Rule {
  readonly negated: boolean;
  readonly foldersOnly: boolean;
  /** Tried on the name alone, wherever it is. */
  readonly anywhere: boolean;
  readonly pattern: PathPattern;
}

/**
 * The rules of one ignore file, as git reads and matches them: byte by byte. Own code, not the
 * package `ignore`: that one asks a file's rules of the folders above as well, where deeper ignore
 * files may have taken those back, and keeps every path it was ever asked about.
 */
export class IgnoreRules {
  readonly #rules: readonly Rule[];
  readonly #folds: boolean;

  /** Throws a {@link GlobError} for a file that is too large. */
  constructor(bytes: Uint8Array, file: string, folds = FOLDS_CASE) {
    if (bytes.length > LARGEST) {
      throw new GlobError(`${file} is too large to be followed: it has more than ${LARGEST / 1024} KB.`);
    }
    this.#folds = folds;
    const text = Buffer.from(bytes)
      .toString('latin1')
      .replace(/^\xef\xbb\xbf/, '');
    this.#rules = text
      .split('\n')
      .flatMap((line) => rule(folds ? foldPattern(line) : line) ?? [])
      .reverse();
  }

  /** Whether a path is ignored; undefined when no rule is about it. `parts` are raw, see {@link rawName}. */
  decide(parts: readonly string[], from: number, isFolder: boolean): boolean | undefined {
    const asked = this.#folds ? parts.map(fold) : parts;
    for (const { pattern, anywhere, foldersOnly, negated } of this.#rules) {
      if (foldersOnly && !isFolder) continue;
      if (matchesPath(pattern, asked, anywhere ? parts.length - 1 : from)) return !negated;
    }
    return undefined;
  }
}

/** A name's bytes, as git compares them: one character each. */
export function rawName(name: string): string {
  return /^[\0-\x7f]*$/.test(name) ? name : Buffer.from(name).toString('latin1');
}

function rule(line: string): Rule | undefined {
  if (line.startsWith('#')) return undefined;
  let text = withoutTrailingSpaces(line.replace(/\r$/, '').replace(/\0.*$/, ''));
  const negated = text.startsWith('!');
  if (negated) text = text.slice(1);
  const foldersOnly = text.endsWith('/');
  if (foldersOnly) text = text.slice(0, -1);
  if (text === '') return undefined;
  const anywhere = !text.includes('/');
  const pattern = compilePath(text.replace(/^\//, ''), anywhere ? NO_FOLDERS : ANY_FOLDERS);
  return pattern && { negated, foldersOnly, anywhere, pattern };
}

const ANY_FOLDERS = /^\*\*+$/;
const NO_FOLDERS = /(?!)/;

/** A space after a `\` stays. */
function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  while (line[end - 1] === ' ') end--;
  if (end === line.length) return line;
  let escapes = 0;
  while (line[end - 1 - escapes] === '\\') escapes++;
  return line.slice(0, escapes % 2 === 1 ? end + 1 : end);
}

/** ASCII letters only, as in git. */
function fold(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function foldPattern(line: string): string {
  return fold(line).replaceAll('[:upper:]', '[:alpha:]');
}
