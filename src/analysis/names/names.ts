import type { Analysis } from '../analysis.ts';
import { type FileParams, fileParams } from '../file-params.ts';
import { analysisVersion } from '../parse/grammars.ts';
import type { Parser } from '../parse/parser.ts';
import { sourceFile } from '../source-file.ts';
import { type Parts, partsOf } from '../workspace/parts.ts';
import type { Names } from './file-names.ts';

export type { Names } from './file-names.ts';

/** Raised whenever the names of a file are others. */
const RULES = 1;

/** The names that a file defines and uses. Files over `maxBytes` are refused. */
export function namesAnalysis(parser: Parser, maxBytes: number): Analysis<FileParams, Names> {
  return {
    name: 'names',
    version: analysisVersion(RULES, maxBytes),
    hidden: true,
    params: fileParams,
    id: ({ path }) => path,
    paramsOf: (path) => ({ path }),
    async run({ path }, context) {
      const { language, bytes } = await sourceFile('names', path, maxBytes, context);
      return parser.names(language, bytes, context.signal);
    },
  };
}

/** The names of all source files of the workspace. */
export function namesParts(perFile: Analysis<FileParams, Names>): Parts<Names> {
  return partsOf('names-part', 1, perFile, (names) => names);
}
