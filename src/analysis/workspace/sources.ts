import * as z from 'zod';
import type { FileId } from '../../freshness/context.ts';
import type { Analysis } from '../analysis.ts';
import { SOURCE_GLOB } from '../languages.ts';

/** More source files than this are left out of what is asked of the whole workspace. */
const MOST_SOURCES = 20_000;

export interface Sources {
  readonly files: readonly FileId[];
  /** How many there are, when some are left out. */
  readonly of?: number;
}

const nothing = z.object({});

/** The files that some grammar reads, without what ignore files and the setting `files.exclude` leave out. */
export const sourcesAnalysis: Analysis<object, Sources> = {
  name: 'sources',
  version: 1,
  hidden: true,
  params: nothing,
  id: () => 'all',
  paramsOf: () => ({}),
  async run(_params, context) {
    const exclude = excluded(context.setting('files.exclude'));
    const all = await context.glob({ include: [SOURCE_GLOB], exclude });
    if (all.length <= MOST_SOURCES) return { files: all };
    return { files: all.slice(0, MOST_SOURCES), of: all.length };
  },
};

/** The globs that the setting `files.exclude` turns on, each with what is below. */
export function excluded(setting: unknown): string[] {
  if (typeof setting !== 'object' || setting === null) return [];
  const globs = Object.entries(setting).flatMap(([glob, on]) => (on === true ? [glob] : []));
  return globs.flatMap((glob) => [glob, `${glob}/**`]).slice(0, 256);
}
