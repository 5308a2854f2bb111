import * as z from 'zod';
import type { FileId } from '../../freshness/context.ts';
import { type Analysis, AnalysisError, type Ask } from '../analysis.ts';
import { answerOrNone } from '../answer-or-none.ts';
import { countField } from '../count-field.ts';
import { checkFile } from '../existing-file.ts';
import type { Names } from '../names/names.ts';
import { paramsId } from '../params-id.ts';
import type { Parser } from '../parse/parser.ts';
import { scopeField, scopeTest } from '../symbols/path-scope.ts';
import { versionOver } from '../version-over.ts';
import { paced } from '../workspace/paced.ts';
import { answered, FILES_AT_ONCE, type Parts } from '../workspace/parts.ts';
import type { MentionInLine, MentionParams } from './mentions-in-file.ts';
import { checkNamed, type NameParams, nameAt, nameFields } from './name-params.ts';
import { type Distance, nearestFiles } from './nearest-files.ts';
import { qualifiedName } from './qualified-name.ts';

/** Raised whenever the same names and mentions give another result. */
const RULES = 1;
const LIMIT = 200;
const MOST = 2000;
const AT_ONCE = 16;

interface ReferencesParams extends NameParams {
  /** A file, a folder or a glob to look in; the whole workspace when absent. */
  readonly inside?: string | undefined;
  /** 200 unless given. */
  readonly limit?: number | undefined;
}

export interface Reference extends MentionInLine {
  readonly path: FileId;
}

/** Every mention of a name outside comments and strings, whatever it means there. */
export interface References {
  readonly name: string;
  readonly by: 'syntax';
  /** The file asked from first, then those that define the name, then by path; in source order. */
  readonly references: readonly Reference[];
  /** Further files that mention the name; absent when there are none. */
  readonly filesLeft?: number;
  /** Further mentions in the files that were looked at; absent when there are none. */
  readonly left?: number;
}

interface ReferencesNeeds {
  readonly parser: Parser;
  readonly maxBytes: number;
  readonly mentions: Analysis<MentionParams, readonly MentionInLine[]>;
  readonly names: Parts<Names>;
}

const params: z.ZodType<ReferencesParams> = z
  .object({
    ...nameFields,
    inside: scopeField.optional(),
    limit: countField('The limit', MOST).optional(),
  })
  .check(checkNamed);

/**
 * Where a name stands, by name alone. Rests on the names of all files and on the mentions in those
 * that are looked at; for a place also on the content of its file.
 */
export function referencesAnalysis(needs: ReferencesNeeds): Analysis<ReferencesParams, References> {
  const { parser, maxBytes, mentions, names } = needs;
  const analysis: Analysis<ReferencesParams, References> = {
    name: 'references',
    version: versionOver(RULES, mentions, names.analysis),
    params,
    ...paramsId<ReferencesParams>({ limit: LIMIT }),
    async run(given, context, ask) {
      context.tag('analysis/references');
      const { name, path, inside, limit = LIMIT } = given;
      if (name === undefined) {
        const found = await nameAt('references', parser, maxBytes, given, context);
        return answered(await ask(analysis, { name: found, path, inside, limit }));
      }
      if (path !== undefined) checkFile(path, context);
      const { name: bare } = qualifiedName(name);
      if (bare.length === 1 && path === undefined)
        throw new AnalysisError(
          `"${bare}" is one character, and those are not looked for in all files: give the path of the file too.`,
        );
      const files = await nearestFiles(await names.all(ask), distance(bare, path, inside));
      const references: Reference[] = [];
      let at = 0;
      for (; at < files.length && references.length < limit; at += AT_ONCE)
        references.push(...(await mentionsIn(files.slice(at, at + AT_ONCE), bare, ask)));
      const filesLeft = Math.max(0, files.length - at);
      const left = Math.max(0, references.length - limit);
      return {
        name: bare,
        by: 'syntax',
        references: references.slice(0, limit),
        ...(filesLeft > 0 && { filesLeft }),
        ...(left > 0 && { left }),
      };
    },
  };
  return analysis;

  async function mentionsIn(files: readonly FileId[], name: string, ask: Ask): Promise<Reference[]> {
    const answers = await paced(files, FILES_AT_ONCE, (path) => answerOrNone(ask, mentions, { path, name }));
    return files.flatMap((path, i) => answers[i]?.map((mention) => ({ path, ...mention })) ?? []);
  }
}

/** Only the file itself can say whether it uses a name of one character: names of files leave those out. */
function distance(name: string, from: FileId | undefined, inside: string | undefined): Distance {
  const inScope = inside === undefined ? () => true : scopeTest(inside);
  return (path, { defines, uses }) => {
    const is = path === from && (name.length === 1 || uses.includes(name));
    const doesDefine = defines.includes(name);
    if (!(is || doesDefine || uses.includes(name)) || !inScope(path)) return undefined;
    return is ? 0 : doesDefine ? 1 : 2;
  };
}
