import { compileSegment, readClass, type Segment } from './path-segment.ts';

/** Any number of folders: `**` between two slashes. As the last part: everything below, at least one name. */
const FOLDERS = null;

/** The parts of a pattern over a path. */
export type PathPattern = readonly (Segment | typeof FOLDERS)[];

/** Undefined when a part is malformed; `folders` is what a part looks like that stands for any folders. */
export function compilePath(text: string, folders: RegExp): PathPattern | undefined {
  const parts = partsOf(text);
  if (!parts) return undefined;
  const pattern: (Segment | typeof FOLDERS)[] = [];
  for (const part of parts) {
    if (folders.test(part)) {
      if (pattern.length === 0 || pattern.at(-1) !== FOLDERS) pattern.push(FOLDERS);
      continue;
    }
    const segment = compileSegment(part);
    if (!segment) return undefined;
    pattern.push(segment);
  }
  return pattern;
}

/** Cuts at slashes, escaped ones too, but not in a class; undefined when one has no end. */
function partsOf(pattern: string): string[] | undefined {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < pattern.length; i++) {
    const end = pattern[i] === '[' ? readClass(pattern, i)?.end : i;
    if (end === undefined) return undefined;
    if (pattern[i] === '\\' && i + 1 < pattern.length && pattern[i + 1] !== '/') {
      part += pattern.slice(i, i + 2);
      i++;
    } else if (pattern[i] === '/') {
      parts.push(part);
      part = '';
    } else if (pattern[i] !== '\\' || i + 1 === pattern.length) {
      part += pattern.slice(i, end + 1);
      i = end;
    }
  }
  parts.push(part);
  return parts;
}

/** Whether the path's parts from this one on match. Time is at most parts × pattern. */
export function matchesPath(pattern: PathPattern, parts: readonly string[], from = 0): boolean {
  let at = 0;
  let folders = -1;
  let foldersAt = 0;
  for (let i = from; i < parts.length; ) {
    const segment = pattern[at];
    if (segment === FOLDERS) {
      if (at === pattern.length - 1) return true;
      folders = at++;
      foldersAt = i;
    } else if (segment?.test(parts[i] as string)) {
      at++;
      i++;
    } else if (folders >= 0) {
      at = folders + 1;
      i = ++foldersAt;
    } else return false;
  }
  return at === pattern.length;
}

/** Whether something below this folder may match. */
export function leadsBelow(pattern: PathPattern, folder: readonly string[]): boolean {
  for (let i = 0; i < folder.length; i++) {
    const segment = pattern[i];
    if (segment === FOLDERS) return true;
    if (!segment?.test(folder[i] as string)) return false;
  }
  return pattern.length > folder.length;
}

/** What everything that matches is below of: `src/lib` of `src/lib/*.ts`. */
export function baseOf(pattern: PathPattern): readonly string[] {
  const base: string[] = [];
  for (const segment of pattern.slice(0, -1)) {
    if (segment?.name === undefined) break;
    base.push(segment.name);
  }
  return base;
}

/** The pattern of the folders of which this one takes everything: `dist` of `dist/**`. */
export function wholeFolders(pattern: PathPattern): PathPattern | undefined {
  return pattern.length > 1 && pattern.at(-1) === FOLDERS ? pattern.slice(0, -1) : undefined;
}
