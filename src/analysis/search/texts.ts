import { posix } from 'node:path';
import * as z from 'zod';
import { type ComputeContext, type FileId, TOO_LARGE } from '../../freshness/context.ts';
import type { Analysis } from '../analysis.ts';
import { answered, filesOf, inParts, type Parts } from '../workspace/parts.ts';
import { excluded } from '../workspace/sources.ts';

/** More files than this are left out. */
const MOST_FILES = 100_000;
/** Never text, and often large: not even read. */
const BINARY = new Set(
  '.7z .avi .bin .bmp .bz2 .class .db .dll .dmg .dylib .eot .exe .gif .gz .ico .iso .jar .jpeg .jpg .mkv .mov .mp3 .mp4 .node .o .obj .ogg .otf .pdf .png .pyc .rar .so .sqlite .tar .tgz .tif .tiff .ttf .vsix .wasm .wav .webm .webp .woff .woff2 .xz .zip .zst'.split(
    ' ',
  ),
);

/** A file that can be searched. */
export interface Text {
  readonly digest: string;
  readonly bytes: number;
}

interface Files {
  readonly files: readonly FileId[];
  /** How many are too many. */
  readonly leftOut?: number;
}

/** All files of the workspace without what ignore files and the setting `files.exclude` leave out. */
export const filesAnalysis: Analysis<object, Files> = {
  name: 'files',
  version: 1,
  hidden: true,
  params: z.object({}),
  id: () => 'all',
  paramsOf: () => ({}),
  async run(_params, context) {
    const exclude = excluded(context.setting('files.exclude'));
    const all = await context.glob({ include: ['**'], exclude });
    if (all.length <= MOST_FILES) return { files: all };
    return { files: all.slice(0, MOST_FILES), leftOut: all.length - MOST_FILES };
  },
};

/** The same in parts: of a part that has the same files as before nothing is read again. */
export const filesPart = inParts<true>('files-part', 1, async (part, _context, ask) => {
  const { files } = answered(await ask(filesAnalysis, {}));
  return (await filesOf(files, part)).map((path) => [path, true]);
});

/** What every file contains, by digest; null for one that is binary, too large or cannot be read. */
export function textsIn(maxFileBytes: number): Parts<Text | null> {
  return inParts('texts-part', 1_000_000_000 + maxFileBytes, async (part, context, ask) => {
    const texts: [FileId, Text | null][] = [];
    const files = answered(await ask(filesPart.analysis, { part }));
    // One after the other: the parts are asked for together, and that is enough for the disk.
    for (const [path] of files) {
      context.signal.throwIfAborted();
      const text = await textAt(path, maxFileBytes, context);
      if (text !== undefined) texts.push([path, text]);
    }
    return texts;
  });
}

async function textAt(path: FileId, maxFileBytes: number, context: ComputeContext) {
  if (BINARY.has(posix.extname(path).toLowerCase())) return null;
  const file = await context.readUpTo(path, maxFileBytes).catch(() => null); // the context knows: the part is not kept
  if (file === TOO_LARGE) return null;
  if (!file) return file;
  const { bytes, digest } = file;
  return bytes.includes(0) ? null : { digest, bytes: bytes.length };
}
