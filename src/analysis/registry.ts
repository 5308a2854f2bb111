import type { Analysis } from './analysis.ts';
import type { FileParams } from './file-params.ts';
import { importGraph } from './graph/import-graph.ts';
import { importsAnalysis } from './imports/imports.ts';
import { namesAnalysis, namesParts } from './names/names.ts';
import { outlineAnalysis } from './outline/outline.ts';
import type { Parser } from './parse/parser.ts';
import { definitionAnalysis } from './references/definition.ts';
import { mentionsInFile } from './references/mentions-in-file.ts';
import { referencesAnalysis } from './references/references.ts';
import { rankingAnalysis } from './repo-map/ranking.ts';
import { repoMapAnalysis } from './repo-map/repo-map.ts';
import type { AnyAnalysis } from './runner.ts';
import { searchAnalysis } from './search/search.ts';
import { filesAnalysis, filesPart, textsIn } from './search/texts.ts';
import { symbolsAnalysis } from './symbols/symbols.ts';
import { fileTokensAnalysis } from './tokens/file-tokens.ts';
import { tokensAnalysis } from './tokens/tokens.ts';
import { tokensFiles } from './tokens/tokens-files.ts';
import { tokensPart } from './tokens/tokens-part.ts';
import { sourcesAnalysis } from './workspace/sources.ts';

export interface AnalysisOptions {
  /** Larger files are refused; 1 MiB unless given. */
  readonly maxFileBytes?: number;
}

export interface Analyses {
  /** Every one, those that only others ask included. */
  readonly all: readonly AnyAnalysis[];
  /** Of one file each; what the others rest on, worth asking ahead. */
  readonly perFile: readonly Analysis<FileParams, unknown>[];
}

/** All of them parse with `parser`, which the caller closes. */
export function analyses(
  parser: Parser,
  { maxFileBytes: maxBytes = 1024 * 1024 }: AnalysisOptions = {},
): Analyses {
  const outline = outlineAnalysis(parser, maxBytes);
  const imports = importsAnalysis(parser, maxBytes);
  const ofNames = namesAnalysis(parser, maxBytes);
  const names = namesParts(ofNames);
  const mentions = mentionsInFile(parser, maxBytes);
  const graph = importGraph(imports);
  const ranking = rankingAnalysis(names);
  const fileTokens = fileTokensAnalysis(parser, maxBytes);
  const perFile = [outline, imports, ofNames];
  const all: readonly AnyAnalysis[] = [
    ...perFile,
    sourcesAnalysis,
    names.analysis,
    mentions,
    symbolsAnalysis(outline, names),
    definitionAnalysis({ parser, maxBytes, outline, imports, names }),
    referencesAnalysis({ parser, maxBytes, mentions, names }),
    graph.part,
    graph.dependents,
    graph.impact,
    ranking,
    repoMapAnalysis(parser, outline, ranking),
    searchAnalysis(parser, maxBytes),
    filesAnalysis,
    filesPart.analysis,
    textsIn(maxBytes).analysis,
    tokensAnalysis(parser, maxBytes),
    fileTokens,
    tokensPart(fileTokens),
    tokensFiles,
  ];
  return { all, perFile };
}
