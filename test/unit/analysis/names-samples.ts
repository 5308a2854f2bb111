// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the samples are source text
import type { LanguageId } from '../../../src/analysis/languages.ts';

export interface Sample {
  readonly text: string;
  readonly defines: readonly string[];
  readonly uses: readonly string[];
}

/**
 * Of every language: a declaration of `target` with a use of `helper` in its code, both of them in
 * comments and strings as `hidden…`, and what a string substitutes.
 */
export const SAMPLES: Readonly<Record<LanguageId, Sample>> = {
  typescript: {
    text: [
      '// hidden1 /* hidden2',
      "/** hidden3 */ import { helper } from './hidden4';",
      'export class Target<T> { #count = 0; get(): string { return `hidden5 ${helper(`hidden6 ${inner}`)} hidden7`; } }',
      'const re = /hidden8/g, $el = "hidden9", x = 0xfade; type Key = `hidden10${Other}`;',
    ].join('\n'),
    defines: ['#count', '$el', 'Key', 'Target', 'get', 're', 'x'],
    uses: ['#count', '$el', 'Key', 'Other', 'Target', 'get', 'helper', 'inner', 're'],
  },
  tsx: {
    text: [
      '// hidden1',
      'export const View = () => <Panel title="hidden2" id={ident}>hidden3 &nbsp; {helper} hidden4</Panel>;',
    ].join('\n'),
    defines: ['View'],
    uses: ['Panel', 'View', 'helper', 'id', 'ident', 'title'],
  },
  javascript: {
    text: [
      '#!/usr/bin/hidden1',
      '// hidden2',
      "const fs = require('hidden3');",
      'function target() { return <b>hidden4 {helper(`hidden5${each}`)}</b>; }',
      'Old.prototype.greet = function () {};',
    ].join('\n'),
    defines: ['greet', 'target'],
    uses: ['Old', 'each', 'fs', 'greet', 'helper', 'prototype', 'require', 'target'],
  },
  python: {
    text: [
      '# hidden1',
      'class Target:',
      '    """hidden2"""',
      '    limit = 1_000',
      '    def run(self):',
      "        return f'hidden3 {helper(other):>hidden4} hidden5' + 'hidden6' + rb\"hidden7\"",
      '',
    ].join('\n'),
    defines: ['Target', 'limit', 'run'],
    uses: ['Target', 'helper', 'limit', 'other', 'run', 'self'],
  },
  go: {
    text: [
      'package app // hidden1',
      '/* hidden2 */ import "hidden3"',
      'type Stack[T any] struct { items []T }',
      'func (s *Stack[T]) Push(it T) { helper(`hidden4`, "hidden5", \'h\', 0x1F) }',
    ].join('\n'),
    defines: ['Push', 'Stack', 'items'],
    uses: ['Push', 'Stack', 'any', 'app', 'helper', 'it', 'items'],
  },
  rust: {
    text: [
      '//! hidden1',
      '/// hidden2',
      'struct Point<T> { at: T } // hidden3',
      'impl Area for Point<T> { fn area(&self) -> u32 { helper!("hidden4 {}", r#"hidden5"#, b"hidden6", \'h\'); /* hidden7 */ 1u32 } }',
    ].join('\n'),
    defines: ['Point', 'area', 'at'],
    uses: ['Area', 'Point', 'area', 'at', 'helper', 'u32'],
  },
  java: {
    text: [
      '// hidden1',
      'package com.acme; /* hidden2 */',
      '@Deprecated class Target { int size = 0x1F; String run() { return helper("hidden3", \'h\') + """',
      '  hidden4 """; } }',
    ].join('\n'),
    defines: ['Target', 'run', 'size'],
    uses: ['Deprecated', 'String', 'Target', 'acme', 'com', 'helper', 'run', 'size'],
  },
  csharp: {
    text: [
      '// hidden1',
      '#region hidden2',
      'class Target { string Run() { return helper($"hidden3 {value:hidden4} hidden5", @"hidden6", "hidden7", \'h\'); } }',
      '#endregion hidden8',
    ].join('\n'),
    defines: ['Run', 'Target'],
    uses: ['Run', 'Target', 'helper', 'value'],
  },
  cpp: {
    text: [
      '// hidden1',
      '#include <hidden2>',
      '#include "hidden3.h"',
      '#define TWICE(it) helper((it), "hidden4") // hidden5',
      "#error don't hidden6",
      'int Target::run() { return call("hidden7", u8R"(hidden8)", \'h\') + 0xFFul; /* hidden9 */ }',
    ].join('\n'),
    defines: ['TWICE', 'run'],
    uses: ['TWICE', 'Target', 'call', 'helper', 'it', 'run'],
  },
  ruby: {
    text: [
      '# hidden1',
      'class Target',
      '  attr_accessor :size',
      '  def empty?',
      '    @count = helper("hidden2 #{inner} hidden3", %w[hidden4 hidden5], /hidden6/, \'hidden7\')',
      '    raw(<<~HIDDEN)',
      '      hidden8 #{other}',
      '    HIDDEN',
      '    `hidden9`',
      '  end',
      'end',
      '=begin',
      'hidden10',
      '=end',
      '__END__',
      'hidden11',
    ].join('\n'),
    defines: ['Target', 'empty?', 'size'],
    uses: ['@count', 'Target', 'attr_accessor', 'empty?', 'helper', 'inner', 'other', 'raw', 'size'],
  },
  php: {
    text: [
      'hidden1 <b><?php',
      '# hidden2',
      'class Target { public $size = 1; /** hidden3 */',
      '  function run() { return helper("hidden4 $name {$this->size} hidden5", \'hidden6\', <<<HIDDEN',
      'hidden7 $other',
      'HIDDEN, `hidden8`); } } ?> hidden9',
    ].join('\n'),
    defines: ['Target', 'run', 'size'],
    uses: ['Target', 'helper', 'name', 'other', 'run', 'size'],
  },
  bash: {
    text: [
      '#!/bin/hidden1',
      '# hidden2',
      'my-target() {',
      "  helper \"hidden3 $name ${size-default} $(inner 'hidden4') hidden5\" $'hidden6'",
      '  cat <<HIDDEN',
      'hidden7 $other',
      'HIDDEN',
      '}',
    ].join('\n'),
    defines: ['my-target'],
    uses: ['cat', 'default', 'helper', 'inner', 'my-target', 'name', 'other', 'size'],
  },
  css: {
    text: [
      '/* hidden1 */',
      '@import "hidden2.css";',
      ':root { --gap-x: 10px; }',
      '.card, #main > a:hover { color: #facade; margin: var(--gap-x); content: "hidden3"; }',
      '@keyframes spin { from { top: 0 } }',
    ].join('\n'),
    defines: ['--gap-x', 'card', 'main', 'spin'],
    uses: ['--gap-x', 'card', 'color', 'content', 'hover', 'main', 'margin', 'root', 'spin', 'top', 'var'],
  },
};
