import * as z from 'zod';
import type { FileId } from '../../freshness/context.ts';
import { CompiledGlob } from '../../freshness/file-globs/compiled-glob.ts';
import { GlobError } from '../../freshness/glob.ts';
import { pathField } from '../file-params.ts';

const WILD = /[*?[\]{}]/;

/** A file, a folder with all that is below it, or a glob over workspace paths. */
export const scopeField = z.string().superRefine((scope, input) => {
  if (WILD.test(scope)) checkGlob(scope, input);
  else for (const { message } of pathField.safeParse(scope).error?.issues ?? []) input.addIssue(message);
});

/** A glob over files; one that matches a folder takes all that is below it. */
export const globField = z.string().superRefine(checkGlob);

/** Whether a path is the file, in the folder, or fits the glob. */
export function scopeTest(scope: string): (path: FileId) => boolean {
  if (WILD.test(scope)) return globTest([scope]);
  return (path) => path === scope || path.startsWith(`${scope}/`);
}

/** Whether a path, or a folder that it is in, fits one of the globs. */
export function globTest(globs: readonly string[]): (path: FileId) => boolean {
  if (globs.length === 0) return () => false;
  const glob = new CompiledGlob({ include: globs });
  return (path) => {
    const parts = path.split('/');
    return parts.some((_, i) => glob.takes(parts.slice(0, i + 1)));
  };
}

function checkGlob(glob: string, input: z.RefinementCtx): void {
  try {
    new CompiledGlob({ include: [glob] });
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    input.addIssue(error.message);
  }
}
