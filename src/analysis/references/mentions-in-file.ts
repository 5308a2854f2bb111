import * as z from 'zod';
import type { FileId } from '../../freshness/context.ts';
import type { Analysis } from '../analysis.ts';
import { pathField } from '../file-params.ts';
import type { Mention } from '../mentions/mentions.ts';
import { paramsId } from '../params-id.ts';
import { analysisVersion } from '../parse/grammars.ts';
import type { Parser } from '../parse/parser.ts';
import { sourceFile } from '../source-file.ts';

/** Raised whenever the same file gives another result. */
const RULES = 1;
/** Characters of a line that are given. */
const LONGEST_LINE = 200;
const LINE_END = /\r\n|\r|\n/;

export interface MentionParams {
  readonly path: FileId;
  readonly name: string;
}

/** A mention without its name, and the line it begins in, without spaces around it. */
export type MentionInLine = Omit<Mention, 'name'> & { readonly text: string };

const params: z.ZodType<MentionParams> = z.object({ path: pathField, name: z.string().min(1) });

/** Where a file mentions one name, in source order. Files over `maxBytes` are refused. */
export function mentionsInFile(
  parser: Parser,
  maxBytes: number,
): Analysis<MentionParams, readonly MentionInLine[]> {
  return {
    name: 'mentions',
    version: analysisVersion(RULES, maxBytes),
    hidden: true,
    params,
    ...paramsId<MentionParams>(),
    async run({ path, name }, context) {
      const { language, bytes } = await sourceFile('mentions', path, maxBytes, context);
      const mentions = await parser.mentions(language, bytes, [name], context.signal);
      if (mentions.length === 0) return [];
      const lines = decoder.decode(bytes).split(LINE_END);
      return mentions.map(({ name: _, ...mention }) => {
        const text = (lines[mention.range.start.line] ?? '').trim();
        return { ...mention, text: text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text };
      });
    },
  };
}

/** Drops a byte-order mark, as the parser does. */
const decoder = new TextDecoder();
