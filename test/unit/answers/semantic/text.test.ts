import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gate } from '../../../../src/answers/semantic/text/gate.ts';
import { normalForm, normalText } from '../../../../src/answers/semantic/text/normal-form.ts';
import { pairs } from '../../../quality/semantic/measure.ts';

const same = (a: string, b: string) => normalForm(a) === normalForm(b);
const QUESTIONS = [...pairs('tune'), ...pairs('held-out')].flatMap(({ a, b }) => [a, b]);
const pieces = fc.constantFrom(
  ...'how do I What is the a an not please thanks could you explain , . ? ?? ! `a  b` "x y" src/a.ts 3.14 fooBar Python'.split(
    ' ',
  ),
  '\n',
  '  ',
  'It’s',
  '“q”',
);
const texts = fc.oneof(
  fc.array(pieces, { maxLength: 12 }).map((all) => all.join(' ')),
  fc.string(),
  fc.constantFrom(...QUESTIONS),
);

describe('the normal form', () => {
  it('leaves out case at the beginning, spaces, final marks and politeness', () => {
    for (const [a, b] of [
      ['Why does npm fail?', 'why does  npm fail'],
      ['Explain `a  b`.', 'Please explain `a  b`, thanks!'],
      ['Fix the test', 'Could you please fix the test? Thank you!'],
      ["Why doesn't it work?", 'Why does not it work'],
      ['What’s the default?', 'What is the default'],
      ['Explain python', 'explain Python'],
    ] as const)
      expect([a, b, same(a, b)]).toEqual([a, b, true]);
  });

  it('keeps what may mean something', () => {
    for (const [a, b] of [
      ['Explain `a  b`', 'Explain `a b`'],
      ['Explain save!', 'Explain save'],
      ['Delete the file?', 'Delete the file'],
      ['Can you rename a branch in git?', 'Rename a branch in git'],
      ['How do I use Map?', 'How do I use map?'],
      ['Explain fooBar', 'Explain foobar'],
      ['What is ??', 'What is ?'],
      ['List the files in ..', 'List the files in .'],
      ['if x:\n  y()', 'if x:\n y()'],
      ['Delete files, not matching a', 'Delete files not matching a'],
      ['Print "a  b"', 'Print "a b"'],
      ['Hello world in C', 'world in C'],
    ] as const)
      expect([a, b, same(a, b)]).toEqual([a, b, false]);
  });

  it('is the same of what it made', () => {
    fc.assert(
      fc.property(texts, (text) => same(normalText(normalText(text)), normalText(text))),
      {
        numRuns: 500,
      },
    );
  });
});

describe('the gate', () => {
  it('passes the same words up to articles, openings and short forms', () => {
    for (const [a, b] of [
      ['How do I undo the last commit?', 'How to undo the last commit'],
      ['Explain the middleware chain', 'Explain middleware chain'],
      ['Tell me how to rotate keys', 'How can I rotate keys?'],
      ['Generate docs for the API', 'Generate documentation for the api'],
    ] as const)
      expect([a, b, gate(a, b)]).toEqual([a, b, undefined]);
  });

  it('says what differs', () => {
    expect(gate('How do I enable 2FA?', 'How do I disable 2FA?')?.detail).toBe('"enable" became "disable"');
    expect(gate('Run the tests', "Don't run the tests")?.detail).toBe('"do not" was added');
    expect(gate('Use no external code', 'Use external code')?.detail).toBe('"no" is missing');
    expect(gate('Merge main into dev', 'Merge dev into main')?.detail).toBe(
      'the order changed: "main into dev" became "dev into main"',
    );
    expect(gate('a\nb', 'a\nc')?.detail).toBe('the lines differ');
  });

  it('refuses what only looks like another way of putting it', () => {
    for (const [a, b] of [
      ['Compare repo and repository', 'Compare repository and repository'],
      ['How do we authenticate users?', 'How do I authenticate users?'],
      ['What is args?', 'What is arguments?'],
      ['Rename a to b', 'Rename to b'],
      ['What does a do?', 'What does the do?'],
    ] as const)
      expect([a, b, gate(a, b)]).toEqual([a, b, expect.anything()]);
  });

  it('is the same in both directions, and passes what has one normal form', () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(gate(a, b) === undefined).toBe(gate(b, a) === undefined);
        expect(gate(a, a)).toBeUndefined();
        if (same(a, b)) expect(gate(a, b)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});
