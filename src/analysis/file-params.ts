import * as z from 'zod';
import type { FileId } from '../freshness/context.ts';

export interface FileParams {
  readonly path: FileId;
}

/** Why a path names no file of the workspace; undefined when it may. */
function problem(path: string): string | undefined {
  if (path === '') return 'The path is empty: name a file relative to the workspace root.';
  if (path.includes('\0')) return 'The path contains a NUL character.';
  if (path.includes('\\')) return 'Separate folders with "/", not "\\".';
  if (path.startsWith('/') || /^[a-z]:/i.test(path))
    return 'The path is absolute: give it relative to the workspace root.';
  const parts = path.split('/');
  if (parts.includes('..')) return 'The path contains "..": give it relative to the workspace root.';
  if (parts.includes('.') || parts.includes(''))
    return 'The path is not in its shortest form: leave out "./", "//" and a "/" at the end.';
  return undefined;
}

/** A clean POSIX path relative to the workspace root. */
export const pathField = z.string().check((input) => {
  const message = problem(input.value);
  if (message) input.issues.push({ code: 'custom', message, input: input.value });
});

export const fileParams: z.ZodType<FileParams> = z.object({ path: pathField });
