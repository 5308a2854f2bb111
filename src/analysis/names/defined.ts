import type { LanguageId } from '../languages.ts';
import type { OutlineSymbol } from '../outline/symbols.ts';
import { identifiers, isIdentifier } from './words.ts';

const GENERICS = /<.*>/gs;
const SELECTOR = /(?<=[.#])[\p{L}_-][\p{L}\p{N}_-]*|^--[\p{L}\p{N}_-]+$/gu;
const KEYFRAMES = /(?<=^@(?:-\w+-)?keyframes )[\p{L}_-][\p{L}\p{N}_-]*$/gu;

/**
 * The identifiers under which others mention what the outline lists: of `(*Stack[T]).Push` that is
 * `Push`, of `impl Area for Point<T>` `Point`, of a selector its classes and ids; none of what has no
 * name of its own, such as an operator, an index signature, a quoted property or a default export.
 */
export function definedNames(language: LanguageId, { name, kind }: OutlineSymbol): string[] {
  if (language === 'css') return name.match(name.startsWith('@') ? KEYFRAMES : SELECTOR) ?? [];
  if (isIdentifier(language, name)) return name === 'default' ? [] : [name];
  const isQuoted = name.includes(' ') && kind !== 'object';
  if (isQuoted || name.startsWith('[')) return [];
  const last = [...identifiers(language, name.replace(GENERICS, ''))].at(-1);
  return last ? [last.name] : [];
}
