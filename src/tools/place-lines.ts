import { posix, win32 } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import type { FileId } from '../freshness/context.ts';
import type { Place } from './language-host.ts';

/** Files whose text is looked up for one answer; places in further ones are told without it. */
const MOST_FILES = 200;
const LONGEST_LINE = 200;
const LINE_END = /\r\n|\r|\n/;

/** Places as `path:line text`, lines from 1; without text outside the workspace. Of several in one line the first. */
export async function placeLines(places: readonly Place[], engine: Engine): Promise<string[]> {
  const texts = new Map<FileId, Promise<readonly string[]>>();
  const lines = places.map(async ({ path, range: { start } }) => {
    if (!texts.has(path) && texts.size < MOST_FILES) texts.set(path, linesOf(path, engine));
    const text = (await texts.get(path))?.[start.line]?.trim().slice(0, LONGEST_LINE);
    return `${path}:${start.line + 1}${text ? ` ${text}` : ''}`;
  });
  return [...new Set(await Promise.all(lines))];
}

async function linesOf(path: FileId, { unsaved }: Engine): Promise<readonly string[]> {
  if (posix.isAbsolute(path) || win32.isAbsolute(path)) return [];
  try {
    return decoder.decode(await unsaved.read(path)).split(LINE_END);
  } catch {
    return []; // gone or unreadable since the server looked at it: the place is told all the same
  }
}

const decoder = new TextDecoder();
