import * as z from 'zod';
import { Slices } from '../../cache/slices.ts';
import type { FileId } from '../../freshness/context.ts';
import { type Analysis, AnalysisError } from '../analysis.ts';
import { pathField } from '../file-params.ts';
import type { Names } from '../names/names.ts';
import { paramsId } from '../params-id.ts';
import { versionOver } from '../version-over.ts';
import type { Parts } from '../workspace/parts.ts';
import { type NameGraph, nameGraph } from './name-graph.ts';
import { pageRank, type Ranks } from './page-rank.ts';
import { weights } from './weights.ts';

/** Raised whenever the same names give another ranking. */
const RULES = 1;
const MOST_FILES = 500;
const MOST_DEFINITIONS = 3000;
const MOST_PER_FILE = 30;
const MOST_FOCUS = 100;
/** Where the walk begins again beside the files in focus: what they lead to comes first, then the rest. */
const ELSEWHERE = 0.1;

export interface RankingParams {
  /** Paths of source files. */
  readonly focus?: readonly FileId[] | undefined;
}

/** What matters most in the workspace. */
export interface Ranking {
  /** The first 500: the path, and the names that it defines and others use, both by importance. */
  readonly files: readonly (readonly [FileId, readonly string[]])[];
  /** The definitions of all these files by importance: each time the file whose next name it is. */
  readonly order: readonly number[];
  /** How many source files there are. */
  readonly of: number;
}

export const focusField = z
  .array(pathField, 'The focus is a list of paths.')
  .max(MOST_FOCUS, `There are ${MOST_FOCUS} files in focus at the most.`)
  .optional();

const params: z.ZodType<RankingParams> = z.object({ focus: focusField });

/** Files and definitions by PageRank over who uses whose names. Rests on the names of all files, on nothing else. */
export function rankingAnalysis(names: Parts<Names>): Analysis<RankingParams, Ranking> {
  return {
    name: 'ranking',
    version: versionOver(RULES, names.analysis),
    hidden: true,
    params,
    ...paramsId<RankingParams>(),
    async run({ focus = [] }, _context, ask) {
      const graph = await nameGraph(await names.all(ask));
      const inFocus = numbersOf(focus, graph.files);
      const weight = await weights(graph, inFocus);
      return ranking(graph, await pageRank(graph, weight, start(graph.files.length, inFocus)));
    },
  };
}

function numbersOf(focus: readonly FileId[], files: readonly FileId[]): ReadonlySet<number> {
  const wanted = new Set(focus);
  const numbers = new Set<number>();
  for (const [number, path] of files.entries()) if (wanted.delete(path)) numbers.add(number);
  for (const path of wanted)
    throw new AnalysisError(
      `No such source file in the workspace: ${path}. The focus takes files in a language that is parsed.`,
    );
  return numbers;
}

function start(length: number, inFocus: ReadonlySet<number>): Float64Array {
  const everywhere = inFocus.size === 0 ? 1 : ELSEWHERE;
  const start = new Float64Array(length).fill(everywhere / length);
  for (const file of inFocus) start[file] = (start[file] as number) + (1 - ELSEWHERE) / inFocus.size;
  return start;
}

/** A definition: the rank that its file gets by it. */
interface Defined {
  readonly place: number;
  readonly name: string;
  readonly rank: number;
}

async function ranking({ files, names, defines }: NameGraph, ranks: Ranks): Promise<Ranking> {
  const slices = new Slices();
  const rankOf = (file: number) => ranks.files[file] as number;
  // Numbers are in order of the paths, and sorting keeps the order of equals.
  const best = Array.from(files.keys()).sort((a, b) => rankOf(b) - rankOf(a));
  const first = best.slice(0, MOST_FILES);
  const all: Defined[] = [];
  for (const [place, file] of first.entries()) {
    const rows = defines.names.subarray(defines.from[file], defines.from[file + 1]);
    const defined = Array.from(rows, (name) => {
      return { place, name: names[name] as string, rank: ranks.names[name] as number };
    }).filter(({ rank }) => rank > 0);
    all.push(...defined.sort(byRank).slice(0, MOST_PER_FILE));
    if (slices.due) await slices.pause();
  }
  const ordered = all.sort(byRank).slice(0, MOST_DEFINITIONS);
  const namesOf = Map.groupBy(ordered, ({ place }) => place);
  return {
    files: first.map((file, place) => [
      files[file] as string,
      (namesOf.get(place) ?? []).map(({ name }) => name),
    ]),
    order: ordered.map(({ place }) => place),
    of: files.length,
  };
}

function byRank(a: Defined, b: Defined): number {
  return b.rank - a.rank || a.place - b.place || (a.name < b.name ? -1 : 1);
}
