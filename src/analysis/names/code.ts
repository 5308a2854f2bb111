import { type Node, Query } from '@vscode/tree-sitter-wasm';
import type { LanguageId } from '../languages.ts';
import type { ParsedText } from '../parse/trees.ts';
import { wordsOf } from './words.ts';

const SCRIPT = `
  [(comment) (html_comment) (hash_bang_line) (string) (template_string) (regex)] @text
  (template_substitution) @code`;
const JSX = '[(jsx_text) (html_character_reference)] @text';
const TYPES = '(template_literal_type) @text (template_type) @code';

/**
 * What is no code, beside words that are the language's own in some places only: comments, strings, text between markup. `@code` is code within it, such as what a
 * template substitutes; `@macro` is a macro's body, which the grammar does not look into.
 */
const TEXTS: Readonly<Record<LanguageId, string>> = {
  typescript: SCRIPT + TYPES,
  tsx: SCRIPT + TYPES + JSX,
  javascript: SCRIPT + JSX,
  python: '[(comment) (string) (format_specifier) (type_conversion)] @text (interpolation) @code',
  go: '[(comment) (raw_string_literal) (interpreted_string_literal) (rune_literal)] @text',
  rust: '[(line_comment) (block_comment) (string_literal) (raw_string_literal) (char_literal)] @text',
  java: `[(line_comment) (block_comment) (string_literal) (character_literal)] @text
    (string_interpolation) @code`,
  csharp: `
    [(comment) (string_literal) (verbatim_string_literal) (raw_string_literal) (character_literal)] @text
    (interpolated_string_expression) @text (interpolation) @code (interpolation_format_clause) @text
    [(preproc_region) (preproc_endregion) (preproc_error) (preproc_warning) (preproc_pragma)] @text`,
  cpp: `
    [(comment) (string_literal) (raw_string_literal) (char_literal) (system_lib_string)] @text
    (preproc_directive) @text (preproc_arg) @macro
    ((preproc_call directive: (preproc_directive) @directive argument: (preproc_arg) @text)
      (#match? @directive "error|warning"))`,
  ruby: `
    [(comment) (string) (heredoc_beginning) (heredoc_body) (regex) (string_array)] @text
    [(subshell) (character) (delimited_symbol) (uninterpreted)] @text
    (interpolation) @code`,
  php: `
    [(comment) (string) (encapsed_string) (heredoc) (nowdoc) (shell_command_expression) (text)] @text
    (encapsed_string (_) @code) (heredoc_body (_) @code) (shell_command_expression (_) @code)
    [(string_content) (escape_sequence)] @text`,
  bash: `
    [(comment) (string) (raw_string) (ansi_c_string) (translated_string) (regex)] @text
    [(heredoc_start) (heredoc_body) (heredoc_end)] @text
    [(expansion) (simple_expansion) (command_substitution) (arithmetic_expansion)] @code
    (process_substitution) @code`,
  css: '[(comment) (js_comment) (string_value) (color_value)] @text',
};

/** A token that is a word. */
const WORD = /^[a-z_]\w+$/i;

/** Strings, characters and comments in the body of a macro. */
const IN_MACRO = /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*.*?(?:\*\/|$)/gs;

type What = 'code' | 'text' | 'macro';
/** When two are said of one node, the last one counts. */
const ORDER: readonly What[] = ['code', 'macro', 'text'];

interface Part {
  readonly what: What;
  readonly start: number;
  readonly end: number;
}

const queries = new Map<LanguageId, Query>();

/** The text with blanks in place of what is no code: every position stays what it is. */
export function codeOf(parsed: ParsedText): string {
  const { text, tree } = parsed;
  const pieces: string[] = [];
  let at = 0;
  /** The parts around the place. */
  const open: Part[] = [];
  const upTo = (end: number) => {
    if (end <= at) return;
    const piece = text.slice(at, end);
    pieces.push(blanked(piece, open.at(-1)?.what ?? 'code'));
    at = end;
  };
  const closeBefore = (start: number) => {
    for (let last = open.at(-1); last && last.end <= start; last = open.at(-1)) {
      upTo(last.end);
      open.pop();
    }
  };
  for (const part of textParts(parsed.language, tree.rootNode)) {
    closeBefore(part.start);
    upTo(part.start);
    open.push(part);
  }
  closeBefore(text.length);
  upTo(text.length);
  return pieces.join('');
}

/** Outer ones before those within them. */
function textParts(language: LanguageId, root: Node): Part[] {
  const parts: Part[] = [];
  for (const { name, node } of queryOf(language, root).captures(root)) {
    // Some grammars allow such a word as an identifier, and then have it as a token within one.
    const what = name === 'word' ? !node.parent?.type.endsWith('identifier') && 'text' : name;
    if (what === 'text' || what === 'code' || what === 'macro')
      parts.push({ what, start: node.startIndex, end: node.endIndex });
  }
  return parts.sort(
    (a, b) => a.start - b.start || b.end - a.end || ORDER.indexOf(a.what) - ORDER.indexOf(b.what),
  );
}

function queryOf(language: LanguageId, root: Node): Query {
  const known = queries.get(language);
  if (known) return known;
  const grammar = root.tree.language;
  const { reserved } = wordsOf(language);
  const words = grammar.types.filter(
    (type, id) => WORD.test(type) && !grammar.nodeTypeIsNamed(id) && !reserved.has(type),
  );
  const source = words.length > 0 ? `[${words.map((word) => `"${word}"`).join(' ')}] @word` : '';
  const query = new Query(grammar, `${TEXTS[language]} ${source}`);
  queries.set(language, query);
  return query;
}

function blanked(piece: string, what: What): string {
  if (what === 'code') return piece;
  if (what === 'macro') return piece.replace(IN_MACRO, (text) => ' '.repeat(text.length));
  return ' '.repeat(piece.length);
}
