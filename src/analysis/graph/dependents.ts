import type { FileId } from '../../freshness/context.ts';
import type { Analysis } from '../analysis.ts';
import { answerOrNone } from '../answer-or-none.ts';
import { checkFile } from '../existing-file.ts';
import { type FileParams, fileParams } from '../file-params.ts';
import type { Imports } from '../imports/imports.ts';
import type { ImportKind } from '../imports/raw.ts';
import type { Range } from '../parse/syntax.ts';
import { versionOver } from '../version-over.ts';
import type { Parts } from '../workspace/parts.ts';
import { Importers, packageOf, type Targets } from './importers.ts';

/** Raised whenever the same imports give another result. */
const RULES = 1;

interface Dependent {
  readonly path: FileId;
  /** In source order. */
  readonly imports: readonly {
    readonly kind: ImportKind;
    /** The specifier with its quotes; 0-based. */
    readonly range: Range;
  }[];
}

/** By path. */
export interface Dependents {
  readonly dependents: readonly Dependent[];
}

/**
 * The files that import a file directly. Rests on which files import which, and on the imports of
 * those that import this one: no other edit makes it invalid.
 */
export function dependentsAnalysis(
  imports: Analysis<FileParams, Imports>,
  parts: Parts<Targets>,
): Analysis<FileParams, Dependents> {
  return {
    name: 'dependents',
    version: versionOver(RULES, imports, parts.analysis),
    params: fileParams,
    id: ({ path }) => path,
    paramsOf: (path) => ({ path }),
    async run({ path }, context, ask) {
      context.tag('analysis/dependents');
      checkFile(path, context);
      const importers = (await Importers.of(await parts.all(ask))).of(path);
      const answers = await Promise.all(
        importers.map((importer) => answerOrNone(ask, imports, { path: importer })),
      );
      const leadingHere = new Set([path, packageOf(path)]);
      const dependents = importers.map((importer, i): Dependent => {
        const all = answers[i]?.imports ?? [];
        const here = all.filter(({ targets = [] }) => targets.some((target) => leadingHere.has(target)));
        return { path: importer, imports: here.map(({ kind, range }) => ({ kind, range })) };
      });
      return { dependents };
    },
  };
}
