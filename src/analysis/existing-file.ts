import type { ComputeContext, FileId } from '../freshness/context.ts';
import { AnalysisError } from './analysis.ts';

/** Throws an AnalysisError when there is no such file; its being there becomes a dependency, its content not. */
export function checkFile(path: FileId, context: ComputeContext): void {
  context.confine(path);
  const kind = context.kind(path);
  if (kind === 'folder') throw new AnalysisError(`${path} is a folder: name a file in it.`);
  if (kind === undefined) throw new AnalysisError(`No such file in the workspace: ${path}`);
}
