import * as z from 'zod';
import { CompiledGlob } from '../freshness/file-globs/compiled-glob.ts';
import { GlobError } from '../freshness/glob.ts';

/** A glob over workspace paths. */
export const globField = z
  .string()
  .min(1, 'The glob is empty: write one such as "src/**/*.ts".')
  .max(1000, 'A glob has 1000 characters at the most.')
  .check((input) => {
    try {
      new CompiledGlob({ include: [input.value] });
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      input.issues.push({ code: 'custom', message: error.message, input: input.value });
    }
  });
