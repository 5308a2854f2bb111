import * as z from 'zod';
import type { FileId } from '../../freshness/context.ts';
import { type Analysis, AnalysisError } from '../analysis.ts';
import { globField } from '../glob-field.ts';
import { excluded } from '../workspace/sources.ts';

/** More files than this are not counted at once. */
const MOST_FILES = 50_000;

interface GlobParams {
  readonly glob: string;
}

/** The files of a glob without what ignore files and the setting `files.exclude` leave out. */
export const tokensFiles: Analysis<GlobParams, readonly FileId[]> = {
  name: 'tokens-files',
  version: 1,
  hidden: true,
  params: z.object({ glob: globField }),
  id: ({ glob }) => glob,
  paramsOf: (glob) => ({ glob }),
  async run({ glob }, context) {
    const files = await context.glob({
      include: [glob],
      exclude: excluded(context.setting('files.exclude')),
    });
    if (files.length <= MOST_FILES) return files;
    throw new AnalysisError(
      `${glob} matches ${files.length} files; tokens are counted of ${MOST_FILES} at the most: narrow it.`,
    );
  },
};
