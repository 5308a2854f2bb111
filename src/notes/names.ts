import * as z from 'zod';
import { misfit } from '../cache/misfit.ts';
import { LONGEST_NAME } from './limits.ts';
import { NotesError } from './notes-error.ts';

/** Halves of a character, which all become the same one on disk, and what ends a line or a text. */
const UNFIT = /[\p{Surrogate}\p{Cc}]/u;

/** A text of one line that names something. */
export function name(what: string, longest: number = LONGEST_NAME): z.ZodType<string> {
  return z
    .string({ error: `${what} is a text.` })
    .min(1, { error: `${what} must not be empty.` })
    .max(longest, { error: `${what} has ${longest} characters at the most.` })
    .refine((text) => !UNFIT.test(text), { error: `${what} must not hold control characters.` });
}

/** What was given, as the schema has it. Throws a {@link NotesError} that says what was wrong and where. */
export function fitting<T>(schema: z.ZodType<T>, given: unknown): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new NotesError('invalid', misfit(parsed.error));
}
