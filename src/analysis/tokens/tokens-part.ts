import * as z from 'zod';
import type { FileId } from '../../freshness/context.ts';
import { type Analysis, type Ask, GivenUpError, isRefusal } from '../analysis.ts';
import type { FileParams } from '../file-params.ts';
import { globField } from '../glob-field.ts';
import { paced } from '../workspace/paced.ts';
import {
  answered,
  type ByFile,
  filesOf,
  PARTS_AT_ONCE,
  type PartNumber,
  partNumber,
  partOf,
} from '../workspace/parts.ts';
import type { FileTokens } from './file-tokens.ts';
import { tokensFiles } from './tokens-files.ts';

interface GlobPart {
  readonly glob: string;
  readonly part: PartNumber;
}

/** Null for a file that is skipped. */
type Sizes = ByFile<Pick<FileTokens, 'tokens' | 'bytes'> | null>;

const ID = /^(\d+):(.*)$/s;

/** The sizes of the files of a glob that belong to one part of the workspace. */
export function tokensPart(perFile: Analysis<FileParams, FileTokens>): Analysis<GlobPart, Sizes> {
  return {
    name: 'tokens-part',
    version: perFile.version,
    hidden: true,
    params: z.object({ glob: globField, part: partNumber }),
    id: ({ glob, part }) => `${part}:${glob}`,
    paramsOf: (id) => {
      const [, part = '', glob = ''] = ID.exec(id) ?? [];
      return { part: Number(part), glob };
    },
    async run({ glob, part }, _context, ask) {
      const sizes: Sizes[number][] = [];
      const files = answered(await ask(tokensFiles, { glob }));
      // One after the other: the parts are asked for together, and that is enough for the disk.
      for (const path of await filesOf(files, part)) sizes.push([path, await sizeOf(path, perFile, ask)]);
      return sizes;
    },
  };
}

/** The sizes of all files of a glob. */
export async function sizesOf(glob: string, part: Analysis<GlobPart, Sizes>, ask: Ask): Promise<Sizes> {
  const files = answered(await ask(tokensFiles, { glob }));
  const parts = [...new Set(files.map(partOf))].sort((a, b) => a - b);
  const asked = await paced(parts, PARTS_AT_ONCE, (one) => ask(part, { glob, part: one }));
  return asked.flatMap((sizes) => answered(sizes));
}

async function sizeOf(path: FileId, perFile: Analysis<FileParams, FileTokens>, ask: Ask) {
  try {
    const answer = await ask(perFile, { path });
    return isRefusal(answer) ? null : { tokens: answer.tokens, bytes: answer.bytes };
  } catch (error) {
    if (!(error instanceof GivenUpError)) throw error;
    return null; // the context knows that the question failed: what is made of it is not kept
  }
}
