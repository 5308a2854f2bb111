import * as z from 'zod';
import type { Analysis } from '../analysis.ts';
import { answerOrNone } from '../answer-or-none.ts';
import type { FileParams } from '../file-params.ts';
import { globField } from '../glob-field.ts';
import type { Outline } from '../outline/symbols.ts';
import { paramsId } from '../params-id.ts';
import type { Parser } from '../parse/parser.ts';
import { globTest } from '../symbols/path-scope.ts';
import { versionOver } from '../version-over.ts';
import { answered } from '../workspace/parts.ts';
import { linesByImportance } from './candidates.ts';
import { fitted } from './fitting.ts';
import { type MapLine, mapText } from './map-lines.ts';
import { focusField, type Ranking, type RankingParams } from './ranking.ts';

/** Raised whenever the same ranking and outlines give another map. */
const RULES = 1;
const MAX_TOKENS = 2000;
const FEWEST_TOKENS = 100;
export const MOST_TOKENS = 20_000;
const MOST_GLOBS = 50;

interface RepoMapParams extends RankingParams {
  /** 2000 unless given. */
  readonly maxTokens?: number | undefined;
  /** Globs over files and folders that are not shown; they count in the ranking all the same. */
  readonly exclude?: readonly string[] | undefined;
}

export interface RepoMap {
  /** Files by importance, each followed by its most important symbols: `  12 class Cache`, lines from 1. */
  readonly map: string;
  /** Of the map, as `gpt-tokenizer` counts them. */
  readonly tokens: number;
  /** How many files are on the map, of how many source files. */
  readonly files: number;
  readonly of: number;
}

const params: z.ZodType<RepoMapParams> = z.object({
  focus: focusField,
  maxTokens: z
    .number('The number of tokens is a number.')
    .int('The number of tokens is a whole number.')
    .min(FEWEST_TOKENS, `A map takes ${FEWEST_TOKENS} to ${MOST_TOKENS} tokens.`)
    .max(MOST_TOKENS, `A map takes ${FEWEST_TOKENS} to ${MOST_TOKENS} tokens.`)
    .optional(),
  exclude: z
    .array(globField, 'What to exclude is a list of globs.')
    .max(MOST_GLOBS, `There are ${MOST_GLOBS} globs at the most.`)
    .optional(),
});

/** What matters most in the workspace, in so many tokens. Rests on the ranking and the outlines of the first files. */
export function repoMapAnalysis(
  parser: Parser,
  outline: Analysis<FileParams, Outline>,
  ranking: Analysis<RankingParams, Ranking>,
): Analysis<RepoMapParams, RepoMap> {
  return {
    name: 'repo-map',
    version: versionOver(RULES, outline, ranking),
    params,
    ...paramsId<RepoMapParams>({ maxTokens: MAX_TOKENS }),
    async run({ focus = [], maxTokens = MAX_TOKENS, exclude = [] }, context, ask) {
      context.tag('analysis/repo-map');
      const ranked = answered(await ask(ranking, { focus }));
      const pathAt = (place: number) => ranked.files[place]?.[0] ?? '';
      const isExcluded = globTest(exclude);
      const lines = await linesByImportance({
        ranking: ranked,
        focus: new Set(focus),
        isShown: (path) => !isExcluded(path),
        outlineOf: (path) => answerOrNone(ask, outline, { path }),
        maxTokens,
      });
      const count = (texts: readonly string[]) => parser.countTokens(texts, context.signal);
      const textOf = (some: readonly MapLine[]) => mapText(some, pathAt);
      const { shown, text, tokens } = await fitted(lines, pathAt, textOf, maxTokens, count);
      const files = new Set(shown.map(({ place }) => place)).size;
      return { map: text, tokens, files, of: ranked.of };
    },
  };
}
