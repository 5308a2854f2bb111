import * as z from 'zod';
import type { FileId } from '../../freshness/context.ts';
import type { Analysis } from '../analysis.ts';
import { pathField } from '../file-params.ts';
import { globField } from '../glob-field.ts';
import type { Parser } from '../parse/parser.ts';
import { answered } from '../workspace/parts.ts';
import { type FileTokens, fileTokensAnalysis } from './file-tokens.ts';
import { sizesOf, tokensPart } from './tokens-part.ts';

/** Exactly one of them. */
export interface TokensParams {
  readonly path?: FileId | undefined;
  readonly glob?: string | undefined;
}

export interface GlobTokens {
  /** Files counted. */
  readonly files: number;
  readonly tokens: number;
  readonly bytes: number;
  /** Those with the most tokens, at most 10, largest first. */
  readonly largest: readonly { readonly path: FileId; readonly tokens: number }[];
  /** Files that are binary or too large, or took too long. */
  readonly skipped?: number;
}

const MOST_LARGEST = 10;

/** The fields, for doors that describe them. */
export const tokensFields = { path: pathField.optional(), glob: globField.optional() };

/** Why these fields do not go together; for a strict object of them. */
export function oneOfBoth({ path, glob }: TokensParams): boolean {
  return (path === undefined) !== (glob === undefined);
}

export const ONE_OF_BOTH = 'Give either "path" for one file or "glob" for several.';

const params: z.ZodType<TokensParams> = z.strictObject(tokensFields).refine(oneOfBoth, ONE_OF_BOTH);

/**
 * How many tokens of a model, in the encoding o200k_base, a file or the files of a glob have. Ignore
 * files and the setting `files.exclude` count for globs; files over `maxFileBytes` are refused, or
 * skipped.
 */
export function tokensAnalysis(
  parser: Parser,
  maxFileBytes: number,
): Analysis<TokensParams, FileTokens | GlobTokens> {
  const perFile = fileTokensAnalysis(parser, maxFileBytes);
  const part = tokensPart(perFile);
  return {
    name: 'tokens',
    version: perFile.version,
    params,
    id: ({ path, glob }) => (path !== undefined ? `path:${path}` : `glob:${glob}`),
    paramsOf: (id) => (id.startsWith('path:') ? { path: id.slice(5) } : { glob: id.slice(5) }),
    async run({ path, glob = '' }, context, ask) {
      context.tag('analysis/tokens');
      if (path !== undefined) return answered(await ask(perFile, { path }));
      return totals(await sizesOf(glob, part, ask));
    },
  };
}

function totals(sizes: Awaited<ReturnType<typeof sizesOf>>): GlobTokens {
  const counted = sizes.flatMap(([path, size]) => (size ? [{ path, ...size }] : []));
  counted.sort((a, b) => b.tokens - a.tokens || (a.path < b.path ? -1 : 1));
  const skipped = sizes.length - counted.length;
  return {
    files: counted.length,
    tokens: counted.reduce((sum, { tokens }) => sum + tokens, 0),
    bytes: counted.reduce((sum, { bytes }) => sum + bytes, 0),
    largest: counted.slice(0, MOST_LARGEST).map(({ path, tokens }) => ({ path, tokens })),
    ...(skipped > 0 && { skipped }),
  };
}
