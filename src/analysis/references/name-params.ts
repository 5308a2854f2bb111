import * as z from 'zod';
import type { ComputeContext, FileId } from '../../freshness/context.ts';
import { AnalysisError } from '../analysis.ts';
import { pathField } from '../file-params.ts';
import type { Parser } from '../parse/parser.ts';
import { sourceFile } from '../source-file.ts';

/** What is asked about: a name, or the identifier at a place in a file. */
export interface NameParams {
  /** May be qualified: `Cache.get`, `Cache::get`. */
  readonly name?: string | undefined;
  /** The file of the place; beside a name, the file from which it is seen: what is near comes first. */
  readonly path?: FileId | undefined;
  /** 0-based. */
  readonly line?: number | undefined;
  /** 0-based, in UTF-16 code units. */
  readonly character?: number | undefined;
}

const whole = z.number().int().min(0);

export const nameFields = {
  name: z
    .string('The name is a text.')
    .trim()
    .min(1, 'The name is empty.')
    .max(500, 'The name has more than 500 characters.')
    .optional(),
  path: pathField.optional(),
  line: whole.optional(),
  character: whole.optional(),
};

/** For parameters with {@link nameFields}: either a name, or a whole place. */
export function checkNamed({ value, issues }: z.core.ParsePayload<NameParams>): void {
  const { name, path, line, character } = value;
  const place = [path, line, character].filter((part) => part !== undefined).length;
  const isPlace = name === undefined && place === 3;
  const isName = name !== undefined && line === undefined && character === undefined;
  if (isPlace || isName) return;
  const message =
    name === undefined
      ? 'Give a name, or a place: path, line and character.'
      : 'Give either a name or a place, not both: line and character belong to a place.';
  issues.push({ code: 'custom', message, input: value });
}

/** The identifier at the place. Throws an AnalysisError when there is none; the file's content is a dependency. */
export async function nameAt(
  analysis: string,
  parser: Parser,
  maxBytes: number,
  { path = '', line = 0, character = 0 }: NameParams,
  context: ComputeContext,
): Promise<string> {
  const { language, bytes } = await sourceFile(analysis, path, maxBytes, context);
  const found = await parser.identifierAt(language, bytes, { line, character }, context.signal);
  if (found) return found.name;
  throw new AnalysisError(
    `There is no identifier in line ${line + 1}, column ${character + 1} of ${path} (both counted from 1): name what you look for, or point at one of its letters.`,
  );
}
