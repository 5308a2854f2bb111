import type { Analysis } from '../analysis.ts';
import type { Parser } from '../parse/parser.ts';
import { answered, type ByFile } from '../workspace/parts.ts';
import { canonical, DEFAULT_LIMIT, fromCanonical, type SearchParams, searchParams } from './params.ts';
import { patternOf } from './pattern.ts';
import type { LineMatch } from './scan-request.ts';
import { Scans } from './scans.ts';
import { selecting } from './selection.ts';
import { filesAnalysis, type Text, textsIn } from './texts.ts';

export type { SearchParams } from './params.ts';

/** Raised whenever the same files give another result. */
const RULES = 1;

/** A line that matches; one line is one match. */
export interface Match extends LineMatch {
  readonly path: string;
}

export interface Found {
  /** By path, then by line. */
  readonly matches: readonly Match[];
  /** Files searched: all that were to be, or those up to the first match that is left out. */
  readonly files: number;
  /** `of` is left out when it is not known. */
  readonly truncated?: { readonly shown: number; readonly of?: number };
  /** Files among those to be searched that are binary, too large or cannot be read, or too many. */
  readonly skipped?: number;
}

/**
 * The lines of the workspace's files that match. Ignore files and the setting `files.exclude` count;
 * files over `maxFileBytes` are skipped.
 */
export function searchAnalysis(parser: Parser, maxFileBytes: number): Analysis<SearchParams, Found> {
  const texts = textsIn(maxFileBytes);
  const scans = new Scans(parser);
  return {
    name: 'search',
    version: RULES * 1_000_000_000 + maxFileBytes,
    params: searchParams,
    id: canonical,
    paramsOf: fromCanonical,
    async run(params, context, ask) {
      context.tag('analysis/search');
      const { limit = DEFAULT_LIMIT, context: around = 0 } = params;
      const options = { pattern: patternOf(params), context: around, most: limit + 1 };
      const selects = selecting(params);
      const selected = (await texts.all(ask)).filter(([path]) => selects(path));
      const searched = selected.filter(isText);
      const matches: Match[] = [];
      let files = 0;
      for await (const [path, lines] of scans.of(searched, options, context)) {
        files++;
        for (const line of lines) matches.push({ path, ...line });
        if (matches.length > limit) break;
      }
      const { leftOut = 0 } = answered(await ask(filesAnalysis, {}));
      const skipped = selected.length - searched.length + leftOut;
      return {
        matches: matches.slice(0, limit),
        files,
        ...(matches.length > limit && { truncated: { shown: limit } }),
        ...(skipped > 0 && { skipped }),
      };
    },
  };
}

function isText(file: ByFile<Text | null>[number]): file is ByFile<Text>[number] {
  return file[1] !== null;
}
