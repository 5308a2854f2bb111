import type { Analysis } from './analysis.ts';
import type { FileParams } from './file-params.ts';
import { importsAnalysis } from './imports/imports.ts';
import { outlineAnalysis } from './outline/outline.ts';
import type { Parser } from './parse/parser.ts';

export interface AnalysisOptions {
  /** Larger files are refused; 1 MiB unless given. */
  readonly maxFileBytes?: number;
}

/** Every analysis of one file. All of them parse with `parser`, which the caller closes. */
export function analyses(
  parser: Parser,
  { maxFileBytes = 1024 * 1024 }: AnalysisOptions = {},
): readonly Analysis<FileParams, unknown>[] {
  return [outlineAnalysis(parser, maxFileBytes), importsAnalysis(parser, maxFileBytes)];
}
