import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { Slices } from '../../cache/slices.ts';
import type { ComputeContext, FileId } from '../../freshness/context.ts';
import { type Analysis, AnalysisError, type Ask, isRefusal } from '../analysis.ts';
import { answerOrNone } from '../answer-or-none.ts';
import type { FileParams } from '../file-params.ts';
import { merged } from './merged.ts';
import { paced } from './paced.ts';
import { type Sources, sourcesAnalysis } from './sources.ts';

/**
 * The workspace in so many parts: what is asked of all its files rests on as many entries, and an
 * edit is followed by looking at the files of one part. The shape of every part's value: by file.
 */
const PARTS = 64;
/** Enough to keep the parser's threads busy, few enough to hold this one for moments only. */
export const PARTS_AT_ONCE = 2;
export const FILES_AT_ONCE = 4;

/** By workspace path, in order. */
export type ByFile<P> = readonly (readonly [FileId, P])[];

export interface Parts<P> {
  /** To be registered: answers one part. */
  readonly analysis: Analysis<{ readonly part: PartNumber }, ByFile<P>>;
  /** What every file of the workspace says, each part asked through `ask`; by path, in order. */
  all(ask: Ask): Promise<ByFile<P>>;
}

/** From 0. */
export type PartNumber = number;

export const partNumber: z.ZodType<PartNumber> = z
  .number()
  .int()
  .min(0)
  .max(PARTS - 1);

const params = z.object({ part: partNumber });

/**
 * What an analysis of one file says of all source files of the workspace. `project` is the part of the
 * answer that is wanted: the less there is in it, the fewer edits change it. Files that are refused,
 * and those for which it gives undefined, are left out. `rules` is raised when it gives another result.
 */
export function partsOf<R, P>(
  name: string,
  rules: number,
  perFile: Analysis<FileParams, R>,
  project: (answer: R) => P | undefined,
): Parts<P> {
  return inParts(name, rules * 1_000_000_000 + perFile.version, async (part, _context, ask) => {
    const { files } = answered<Sources>(await ask(sourcesAnalysis, {}));
    const mine = await filesOf(files, part);
    const answers = await paced(mine, FILES_AT_ONCE, (path) => answerOrNone(ask, perFile, { path }));
    return mine.flatMap((path, i): [FileId, P][] => {
      const answer = answers[i];
      const wanted = answer === undefined ? undefined : project(answer);
      return wanted === undefined ? [] : [[path, wanted]];
    });
  });
}

/** The same with whatever `run` says of the files of one part. */
export function inParts<P>(
  name: string,
  version: number,
  run: (part: PartNumber, context: ComputeContext, ask: Ask) => Promise<ByFile<P>>,
): Parts<P> {
  const analysis: Parts<P>['analysis'] = {
    name,
    version,
    hidden: true,
    params,
    id: ({ part }) => String(part),
    paramsOf: (id) => ({ part: Number(id) }),
    run: ({ part }, context, ask) => run(part, context, ask),
  };
  return {
    analysis,
    async all(ask) {
      const parts = Array.from({ length: PARTS }, (_, part) => part);
      const asked = await paced(parts, PARTS_AT_ONCE, (part) => ask(analysis, { part }));
      return merged(asked.map((part) => answered(part)));
    },
  };
}

/** Those of the files that belong to a part, in the order given. */
export async function filesOf(files: readonly FileId[], part: PartNumber): Promise<readonly FileId[]> {
  let parts = byPart.get(files);
  if (!parts) {
    parts = grouped(files);
    byPart.set(files, parts);
  }
  return (await parts).get(part) ?? [];
}

async function grouped(files: readonly FileId[]): Promise<ReadonlyMap<PartNumber, readonly FileId[]>> {
  const parts = new Map<PartNumber, FileId[]>();
  const slices = new Slices();
  for (const [i, path] of files.entries()) {
    const part = partOf(path);
    const mine = parts.get(part);
    if (mine) mine.push(path);
    else parts.set(part, [path]);
    if (i % STRIDE === 0 && slices.due) await slices.pause();
  }
  return parts;
}

/** Lists are asked for part by part. */
const byPart = new WeakMap<readonly FileId[], ReturnType<typeof grouped>>();
/** Files between two looks at the clock. */
const STRIDE = 256;

/** Throws an AnalysisError when there is none. */
export function answered<R>(answer: R | { readonly refused: string }): R {
  if (isRefusal(answer)) throw new AnalysisError(answer.refused);
  return answer as R;
}

/** From the path alone. */
export function partOf(path: FileId): PartNumber {
  return crc32(path) % PARTS;
}
