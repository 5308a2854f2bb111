import * as z from 'zod';
import type { FileId } from '../../freshness/context.ts';
import { CompiledGlob } from '../../freshness/file-globs/compiled-glob.ts';
import { pathField } from '../file-params.ts';
import { globField } from '../glob-field.ts';

const WILD = /[*?[\]{}]/;

/** A file, a folder with all that is below it, or a glob over workspace paths. */
export const scopeField = z.string().superRefine((scope, input) => {
  const field = WILD.test(scope) ? globField : pathField;
  for (const { message } of field.safeParse(scope).error?.issues ?? []) input.addIssue(message);
});

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
