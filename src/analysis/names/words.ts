import type { LanguageId } from '../languages.ts';

/** How the identifiers of a language look, and which of them are its own words. */
interface Words {
  /**
   * Global; an identifier is in group 1. Matches numbers as well, so that the letters in them are no
   * identifiers.
   */
  readonly pattern: RegExp;
  readonly reserved: ReadonlySet<string>;
}

const PLAIN = String.raw`[\p{ID_Start}_]\p{ID_Continue}*`;
const WITH_DOLLAR = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$\u200C\u200D]*`;
const DASHED = String.raw`[\p{ID_Start}_]\p{ID_Continue}*(?:-\p{ID_Continue}+)*`;

const NUMBER = String.raw`\p{Nd}\p{ID_Continue}*`;
/** At-rules are CSS's own. */
const SKIPPED: { readonly [L in LanguageId]?: string } = { css: `${NUMBER}|@${DASHED}` };

const SCRIPT =
  'break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield await';
const TYPED = `${SCRIPT} any boolean never number string symbol unknown undefined`;

/** Words that only some places reserve, such as `get` and `of`, are not among them. */
const RESERVED: Readonly<Record<LanguageId, string>> = {
  typescript: TYPED,
  tsx: TYPED,
  javascript: `${SCRIPT} undefined`,
  python:
    'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield',
  go: 'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var true false nil',
  rust: 'as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while',
  java: 'abstract assert boolean break byte case catch char class const continue default do double else enum extends false final finally float for goto if implements import instanceof int interface long native new null package private protected public return short static strictfp super switch synchronized this throw throws transient true try void volatile while',
  csharp:
    'abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using var virtual void volatile while',
  cpp: 'alignas alignof and asm auto bool break case catch char char16_t char32_t char8_t class concept const const_cast consteval constexpr constinit continue co_await co_return co_yield decltype default defined delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace new noexcept not nullptr operator or private protected public register reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while xor NULL include define undef ifdef ifndef elif endif pragma',
  ruby: 'BEGIN END __END__ __FILE__ __LINE__ __method__ alias and begin break case class def defined? do else elsif end ensure false for if in module next nil not or redo rescue retry return self super then true undef unless until when while yield',
  php: 'abstract and array as break callable case catch class clone const continue declare default die do echo else elseif empty enddeclare endfor endforeach endif endswitch endwhile enum exit extends false final finally fn for foreach function global goto if implements include include_once instanceof insteadof interface isset list match namespace new null or php print private protected public readonly require require_once return self static switch this throw trait true try unset use var while xor yield',
  bash: 'case declare do done elif else esac export fi for function if in local readonly select then time typeset unset until while return exit echo eval exec set shift source test trap true false',
  css: 'and not only or from to important',
};

/** Other than {@link PLAIN}. */
const IDENTIFIERS: { readonly [L in LanguageId]?: string } = {
  typescript: `#?${WITH_DOLLAR}`,
  tsx: `#?${WITH_DOLLAR}`,
  javascript: `#?${WITH_DOLLAR}`,
  java: WITH_DOLLAR,
  ruby: String.raw`(?:@{1,2}|\$)?${PLAIN}(?:[?!](?!=))?`,
  // What follows a dash in `${name-default}` is no part of the name.
  bash: String.raw`(?<=\$\{?[#!]?)${PLAIN}|${DASHED}`,
  css: `-{0,2}${DASHED}`,
};

const known = new Map<LanguageId, Words>();

export function wordsOf(language: LanguageId): Words {
  const found = known.get(language);
  if (found) return found;
  const words: Words = {
    pattern: new RegExp(`${SKIPPED[language] ?? NUMBER}|(${IDENTIFIERS[language] ?? PLAIN})`, 'gu'),
    reserved: new Set(RESERVED[language].split(' ')),
  };
  known.set(language, words);
  return words;
}

interface Word {
  readonly name: string;
  readonly index: number;
}

/** The identifiers of a code in which comments and strings are blank, the language's own words left out. */
export function* identifiers(language: LanguageId, code: string): Generator<Word> {
  const { pattern, reserved } = wordsOf(language);
  for (const { 1: name, index } of code.matchAll(pattern))
    if (name !== undefined && (!reserved.has(name) || (name !== 'this' && isMember(language, code, index))))
      yield { name, index };
}

/** Whether what stands before a word makes a name of it, whichever it is: `map.delete`, `$list`, but not `$this`. */
function isMember(language: LanguageId, code: string, index: number): boolean {
  return MEMBER[language]?.test(code.slice(Math.max(0, index - 3), index)) === true;
}

const DOT = /(?<!\.)\.$/;
const MEMBER: { readonly [L in LanguageId]?: RegExp } = {
  typescript: DOT,
  tsx: DOT,
  javascript: DOT,
  ruby: DOT,
  php: /\$$|->$/,
};

/** Whether a whole name is one identifier, be it one of the language's own words. */
export function isIdentifier(language: LanguageId, name: string): boolean {
  const [word] = name.matchAll(wordsOf(language).pattern);
  return word?.[1] === name;
}
