import type { Analysis } from '../analysis.ts';
import { type FileParams, fileParams } from '../file-params.ts';
import { analysisVersion } from '../parse/grammars.ts';
import type { Parser } from '../parse/parser.ts';
import { sourceFile } from '../source-file.ts';
import type { Outline } from './symbols.ts';

/** Raised whenever the rules of a language give another result. */
const RULES = 1;

/** What a file declares. Files over `maxBytes` are refused. */
export function outlineAnalysis(parser: Parser, maxBytes: number): Analysis<FileParams, Outline> {
  return {
    name: 'outline',
    version: analysisVersion(RULES, maxBytes),
    params: fileParams,
    id: ({ path }) => path,
    paramsOf: (path) => ({ path }),
    async run({ path }, context) {
      const { language, bytes } = await sourceFile('outline', path, maxBytes, context);
      const { symbols, errors } = await parser.outline(language, bytes, context.signal);
      return { language, symbols, ...(errors > 0 ? { errors } : {}) };
    },
  };
}
