import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fileParams } from '../../../src/analysis/file-params.ts';
import { misfit } from '../../../src/cache/misfit.ts';

const schema = z.strictObject({
  path: z.string(),
  kind: z.enum(['a', 'b']).optional(),
  most: z.int().min(1).max(5).optional(),
  globs: z.array(z.string().min(2).max(3)).max(2).optional(),
  code: z.string().regex(/^x$/, { error: 'The code is "x".' }).optional(),
  other: z.string().regex(/^x$/).optional(),
});

describe('parameters that do not fit', () => {
  it.each([
    [{}, '"path" is missing.'],
    [{ path: 1 }, '"path" is to be a text.'],
    [[], 'What is given is to be an object.'],
    [{ path: '', more: 1 }, 'There is no "more".'],
    [{ path: '', kind: 'c' }, '"kind" is none of "a", "b".'],
    [{ path: '', most: 0 }, '"most" is to be 1 at the least.'],
    [{ path: '', most: 9 }, '"most" is to be 5 at the most.'],
    [
      { path: '', globs: ['', 'aaaa'] },
      '"globs[0]" is to be 2 characters at the least. "globs[1]" is to be 3 characters at the most.',
    ],
    [{ path: '', globs: ['aa', 'bb', 'cc'] }, '"globs" is to be 2 long at the most.'],
    [{ path: '', code: 'y' }, 'The code is "x".'],
    [{ path: '', other: 'y' }, '"other" does not fit.'],
  ])('%j are told in sentences', (given, text) => {
    const { error } = schema.safeParse(given);
    expect(error && misfit(error)).toContain(text);
  });

  it('keep the words of the field', () => {
    const { error } = fileParams.safeParse({ path: '../x' });
    expect(error && misfit(error)).toBe('The path contains "..": give it relative to the workspace root.');
  });
});
