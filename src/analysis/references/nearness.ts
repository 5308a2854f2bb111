import type { FileId } from '../../freshness/context.ts';
import type { Analysis, Ask } from '../analysis.ts';
import { answerOrNone } from '../answer-or-none.ts';
import type { FileParams } from '../file-params.ts';
import { packageOf } from '../graph/importers.ts';
import type { Imports } from '../imports/imports.ts';
import { languageOf } from '../languages.ts';

/**
 * How near other files are to one, smaller is nearer: itself, what it imports, what is in its folder,
 * what is in its language, the rest. Without a file all are equally near.
 */
export async function nearness(
  from: FileId | undefined,
  imports: Analysis<FileParams, Imports>,
  ask: Ask,
): Promise<(path: FileId) => number> {
  if (from === undefined) return () => 0;
  const found = await answerOrNone(ask, imports, { path: from });
  const imported = new Set(found?.imports.flatMap(({ targets = [] }) => targets));
  const language = languageOf(from);
  return (path) => {
    if (path === from) return 0;
    if (imported.has(path) || imported.has(packageOf(path))) return 1;
    if (packageOf(path) === packageOf(from)) return 2;
    return languageOf(path) === language ? 3 : 4;
  };
}
