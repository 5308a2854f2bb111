import * as z from 'zod';
import type { FileId } from '../../freshness/context.ts';
import { CompiledGlob } from '../../freshness/file-globs/compiled-glob.ts';
import { GlobError } from '../../freshness/glob.ts';
import { type Analysis, AnalysisError } from '../analysis.ts';
import { excluded } from '../workspace/sources.ts';

/** More files than this are not counted at once. */
const MOST_FILES = 50_000;

export const globField = z
  .string()
  .min(1, 'The glob is empty: write one such as "src/**/*.ts".')
  .max(1000, 'A glob has 1000 characters at the most.')
  .check((input) => {
    try {
      new CompiledGlob({ include: [input.value] });
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      input.issues.push({ code: 'custom', message: error.message, input: input.value });
    }
  });

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
