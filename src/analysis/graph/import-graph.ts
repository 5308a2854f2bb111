import type { Analysis } from '../analysis.ts';
import type { FileParams } from '../file-params.ts';
import type { Imports } from '../imports/imports.ts';
import { partsOf } from '../workspace/parts.ts';
import { type Dependents, dependentsAnalysis } from './dependents.ts';
import { type Impact, type ImpactParams, impactAnalysis } from './impact.ts';
import type { Targets } from './importers.ts';

/** Raised whenever the same imports lead to other targets. */
const RULES = 1;

interface ImportGraph {
  readonly dependents: Analysis<FileParams, Dependents>;
  readonly impact: Analysis<ImpactParams, Impact>;
  /** What both of them ask; hidden. */
  readonly part: Analysis<{ readonly part: number }, unknown>;
}

/** Who imports whom in the workspace, from what each file imports. */
export function importGraph(imports: Analysis<FileParams, Imports>): ImportGraph {
  const parts = partsOf('imports-part', RULES, imports, targetsOf);
  return {
    dependents: dependentsAnalysis(imports, parts),
    impact: impactAnalysis(parts),
    part: parts.analysis,
  };
}

function targetsOf({ imports }: Imports): Targets {
  return [...new Set(imports.flatMap(({ targets = [] }) => targets))].sort();
}
