import * as z from 'zod';
import { CompiledGlob } from '../../freshness/file-globs/compiled-glob.ts';
import { GlobError } from '../../freshness/glob.ts';

/** A line break in a query, and longer lists of globs, are refused with a sentence. */
export interface SearchParams {
  readonly query: string;
  /** The query is a JavaScript regular expression; a text otherwise. */
  readonly regex?: boolean | undefined;
  readonly caseSensitive?: boolean | undefined;
  /** Only where the match begins and ends at the border of a word. */
  readonly word?: boolean | undefined;
  /** Globs over workspace paths. */
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  /** Matching lines. */
  readonly limit?: number | undefined;
  /** Lines before and after each match. */
  readonly context?: number | undefined;
}

export const DEFAULT_LIMIT = 200;

const globs = z
  .array(z.string().min(1, 'A glob must not be empty.').max(1000, 'A glob has 1000 characters at the most.'))
  .max(64, 'A search has 64 globs of one kind at the most.')
  .check((input) => {
    try {
      new CompiledGlob({ include: input.value });
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      input.issues.push({ code: 'custom', message: error.message, input: input.value });
    }
  });

/** The fields, for doors that describe them. */
export const searchFields = {
  query: z
    .string('The query is a text.')
    .min(1, 'The query is empty: say what to look for.')
    .max(1000, 'A query has 1000 characters at the most.')
    .regex(/^[^\r\n]*$/, 'The query has a line break: matches are looked for within lines.'),
  regex: z.boolean().optional(),
  caseSensitive: z.boolean().optional(),
  word: z.boolean().optional(),
  include: globs.optional(),
  exclude: globs.optional(),
  limit: z
    .number()
    .int()
    .min(1)
    .max(2000, 'A search tells 2000 matches at the most: narrow it with "include".')
    .optional(),
  context: z.number().int().min(0).max(3, 'There are 3 lines of context at the most.').optional(),
};

export const searchParams: z.ZodType<SearchParams> = z.strictObject(searchFields);

/** Equal for questions that have one answer. */
export function canonical(params: SearchParams): string {
  const { query, regex, caseSensitive, word, include, exclude, limit = DEFAULT_LIMIT, context } = params;
  return JSON.stringify({
    query,
    ...(regex && { regex }),
    ...(caseSensitive && { caseSensitive }),
    ...(word && { word }),
    ...(include && include.length > 0 && { include: sorted(include) }),
    ...(exclude && exclude.length > 0 && { exclude: sorted(exclude) }),
    ...(limit !== DEFAULT_LIMIT && { limit }),
    ...(context && { context }),
  });
}

/** Parameters that fit nothing for what {@link canonical} did not make, such as the id of a hashed key. */
export function fromCanonical(id: string): SearchParams {
  try {
    return searchParams.parse(JSON.parse(id));
  } catch {
    return { query: '' };
  }
}

function sorted(list: readonly string[]): string[] {
  return [...new Set(list)].sort();
}
