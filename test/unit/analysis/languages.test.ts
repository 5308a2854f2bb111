import { expect, it } from 'vitest';
import { languageOf } from '../../../src/analysis/languages.ts';

it.each([
  ['src/a.ts', 'typescript'],
  ['src/a.d.ts', 'typescript'],
  ['a.mts', 'typescript'],
  ['a.cts', 'typescript'],
  ['a.tsx', 'tsx'],
  ['a.jsx', 'javascript'],
  ['a.mjs', 'javascript'],
  ['a.cjs', 'javascript'],
  ['A.PY', 'python'],
  ['a.pyi', 'python'],
  ['a.go', 'go'],
  ['a.rs', 'rust'],
  ['A.java', 'java'],
  ['a.h', 'cpp'],
  ['Gemfile', 'ruby'],
  ['a.ts/readme', undefined],
  ['.ts', undefined],
  ['ts', undefined],
])('%s is %s', (path, language) => {
  expect(languageOf(path)).toBe(language);
});
