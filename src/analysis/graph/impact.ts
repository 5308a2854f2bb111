import * as z from 'zod';
import { Slices } from '../../cache/slices.ts';
import type { FileId } from '../../freshness/context.ts';
import type { Analysis } from '../analysis.ts';
import { countField } from '../count-field.ts';
import { checkFile } from '../existing-file.ts';
import { pathField } from '../file-params.ts';
import { paramsId } from '../params-id.ts';
import { versionOver } from '../version-over.ts';
import type { Parts } from '../workspace/parts.ts';
import { Importers, type Targets } from './importers.ts';

/** Raised whenever the same imports give another result. */
const RULES = 1;
const DEPTH = 5;
export const MOST_DEPTH = 20;

export interface ImpactParams {
  readonly path: FileId;
  /** How many imports in a row are followed; 5 unless given. */
  readonly depth?: number | undefined;
}

interface Reached {
  readonly path: FileId;
  /** The fewest imports in a row that lead from this file to the one asked about; 1 for its direct dependents. */
  readonly depth: number;
  /** The file that this one imports, on such a way: the first by path. */
  readonly through: FileId;
}

/** By depth, then path. */
export interface Impact {
  readonly files: readonly Reached[];
  /** There are more, further away. */
  readonly deeper?: true;
}

const params: z.ZodType<ImpactParams> = z.object({
  path: pathField,
  depth: countField('The depth', MOST_DEPTH).optional(),
});

/** The files that import a file, those that import them, and so on. Rests on which files import which. */
export function impactAnalysis(parts: Parts<Targets>): Analysis<ImpactParams, Impact> {
  return {
    name: 'impact',
    version: versionOver(RULES, parts.analysis),
    params,
    ...paramsId<ImpactParams>({ depth: DEPTH }),
    async run({ path, depth = DEPTH }, context, ask) {
      context.tag('analysis/impact');
      checkFile(path, context);
      return reach(path, depth, await Importers.of(await parts.all(ask)));
    },
  };
}

async function reach(start: FileId, most: number, importers: Importers): Promise<Impact> {
  const files: Reached[] = [];
  const seen = new Set([start]);
  const slices = new Slices();
  let last = [start];
  for (let depth = 1; ; depth++) {
    const found: Reached[] = [];
    for (const through of last) {
      for (const path of importers.of(through)) {
        if (seen.has(path)) continue;
        seen.add(path);
        found.push({ path, depth, through });
      }
      if (slices.due) await slices.pause();
    }
    if (found.length === 0) return { files };
    if (depth > most) return { files, deeper: true };
    found.sort((a, b) => (a.path < b.path ? -1 : 1));
    files.push(...found);
    last = found.map(({ path }) => path);
  }
}
