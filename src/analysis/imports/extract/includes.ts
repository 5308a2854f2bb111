import type { Node } from '@vscode/tree-sitter-wasm';
import { rangeOf } from '../../parse/syntax.ts';
import type { RawImport } from '../raw.ts';
import { type Extraction, quoted } from './extraction.ts';

/** Languages that name the file itself. */

/** `<…>` keeps its brackets: it is not looked for beside the file. */
function include(node: Node): RawImport[] {
  const specifier = node.type === 'system_lib_string' ? node.text : node.text.slice(1, -1);
  return [{ specifier, kind: 'include', range: rangeOf(node) }];
}

export const cppExtraction: Extraction = {
  query: '(preproc_include path: [(string_literal) (system_lib_string)] @include)',
  read: { include },
};

export const cssExtraction: Extraction = {
  query: `
    (import_statement (string_value) @include)
    (import_statement (call_expression (arguments (string_value) @include)))
    (import_statement (call_expression (arguments (plain_value) @plain)))`,
  read: {
    include: quoted('include'),
    plain: (node) => [{ specifier: node.text, kind: 'include', range: rangeOf(node) }],
  },
};

/** `require_relative` and `load` name a path, `require` a feature on the load path. */
function rubyRequire(node: Node): RawImport[] {
  const relative = node.parent?.parent?.childForFieldName('method')?.text === 'require_relative';
  const [found] = quoted('require')(node);
  if (!found) return [];
  const named = found.specifier.startsWith('.') || !relative;
  return [named ? found : { ...found, specifier: `./${found.specifier}` }];
}

export const rubyExtraction: Extraction = {
  query: `
    (call method: (identifier) @_name (#any-of? @_name "require" "require_relative")
      arguments: (argument_list . (string) @require .))`,
  read: { require: rubyRequire },
};

/** `__DIR__ . '/x.php'` is beside the file, as is a plain name. */
function phpInclude(node: Node): RawImport[] {
  return quoted('include')(node).map((found) => ({
    ...found,
    specifier: found.specifier.startsWith('/') ? `.${found.specifier}` : found.specifier,
  }));
}

const PHP_INCLUDES = ['require', 'require_once', 'include', 'include_once'];

export const phpExtraction: Extraction = {
  query: PHP_INCLUDES.map(
    (word) => `
    (${word}_expression (string) @include)
    (${word}_expression (parenthesized_expression (string) @include))
    (${word}_expression (binary_expression left: (name) @_dir (#eq? @_dir "__DIR__") right: (string) @include))`,
  ).join('\n'),
  read: { include: phpInclude },
};

export const bashExtraction: Extraction = {
  query: `
    (command name: (command_name) @_name (#any-of? @_name "source" ".") . argument: (word) @word)
    (command name: (command_name) @_name (#any-of? @_name "source" ".") . argument: (string) @include)`,
  read: {
    word: (node) => [{ specifier: node.text, kind: 'include', range: rangeOf(node) }],
    include: (node) => (node.text.includes('$') ? [] : quoted('include')(node)),
  },
};
