import { TOO_LARGE } from '../../freshness/context.ts';
import { type Analysis, AnalysisError } from '../analysis.ts';
import { type FileParams, fileParams } from '../file-params.ts';
import type { Parser } from '../parse/parser.ts';
import { tooLarge } from '../source-file.ts';

/** Raised whenever a text counts otherwise. */
const RULES = 1;

export interface FileTokens {
  readonly tokens: number;
  readonly bytes: number;
  /** The last one may be without its end. */
  readonly lines: number;
}

const decoder = new TextDecoder();
const LINE_ENDS = /\r\n|\r|\n/g;

/** The size of one text file. Binary files and those over `maxFileBytes` are refused. */
export function fileTokensAnalysis(parser: Parser, maxFileBytes: number): Analysis<FileParams, FileTokens> {
  return {
    name: 'file-tokens',
    version: RULES * 1_000_000_000 + maxFileBytes,
    hidden: true,
    params: fileParams,
    id: ({ path }) => path,
    paramsOf: (path) => ({ path }),
    async run({ path }, context) {
      const file = await context.readUpTo(path, maxFileBytes);
      if (!file) throw new AnalysisError(`No such file in the workspace: ${path}`);
      if (file === TOO_LARGE) throw tooLarge(path, maxFileBytes, 'counted');
      const { bytes } = file;
      if (bytes.includes(0)) throw new AnalysisError(`${path} is a binary file.`);
      const text = decoder.decode(bytes);
      const [tokens = 0] = await parser.countTokens([text], context.signal);
      return { tokens, bytes: bytes.length, lines: linesOf(text) };
    },
  };
}

function linesOf(text: string): number {
  const ends = text.match(LINE_ENDS)?.length ?? 0;
  return /[\r\n]$/.test(text) || text === '' ? ends : ends + 1;
}
