import { Slices } from '../../cache/slices.ts';
import type { FileId } from '../context.ts';
import type { DirectoryEntry } from '../disk.ts';
import type { CompiledGlob } from './compiled-glob.ts';
import { type IgnoreRules, rawName } from './ignore-rules.ts';

/** The folders to walk. */
export interface Tree {
  /** In path order. */
  folder(path: FileId): Promise<readonly DirectoryEntry[]>;
  ignoreFile(path: FileId): Promise<IgnoreRules | undefined>;
}

export const IGNORE_FILE = '.gitignore';
/** Lowest in rank of all ignore files. */
export const REPOSITORY_EXCLUDES = '.git/info/exclude';

interface Layer {
  readonly rules: IgnoreRules;
  /** How many parts of a path lead to the folder that the rules are for. */
  readonly depth: number;
}

interface Frame {
  readonly folder: FileId;
  readonly entries: readonly DirectoryEntry[];
  readonly layers: readonly Layer[];
  next: number;
}

/** Entries between two looks at the clock. */
const STRIDE = 64;

/**
 * The files that match, some at a time, in code-unit order of their paths. Enters only folders that
 * may contain some and are not ignored; neither follows nor yields links.
 */
export async function* walk(glob: CompiledGlob, tree: Tree): AsyncGenerator<readonly FileId[]> {
  const slices = new Slices();
  const path: string[] = [];
  /** The same as bytes, for the ignore rules. */
  const raw: string[] = [];
  const enter = async (folder: FileId, above: readonly Layer[]): Promise<Frame> => {
    const entries = await tree.folder(folder);
    if (!glob.ignoreFiles) return { folder, entries, layers: above, next: 0 };
    const has = entries.some(({ name, kind }) => name === IGNORE_FILE && kind === 'file');
    const rules = has ? await tree.ignoreFile(below(folder, IGNORE_FILE)) : undefined;
    const layers = rules ? [...above, { rules, depth: path.length }] : above;
    return { folder, entries, layers, next: 0 };
  };
  const excludes = glob.ignoreFiles ? await tree.ignoreFile(REPOSITORY_EXCLUDES) : undefined;
  const frames = [await enter('', excludes ? [{ rules: excludes, depth: 0 }] : [])];
  let found: FileId[] = [];
  let steps = 0;
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    const entry = frame.entries[frame.next++];
    if (!entry) {
      frames.pop();
      path.pop();
      raw.pop();
      continue;
    }
    if (++steps % STRIDE === 0 && slices.due) await slices.pause();
    path.push(entry.name);
    raw.push(rawName(entry.name));
    const isFolder = entry.kind === 'folder';
    const wanted = isFolder ? glob.opens(path) : entry.kind === 'file' && glob.takes(path);
    if (wanted && !isIgnored(frame.layers, raw, isFolder)) {
      if (isFolder) {
        if (found.length > 0) yield found;
        found = [];
        frames.push(await enter(below(frame.folder, entry.name), frame.layers));
        continue;
      }
      found.push(below(frame.folder, entry.name));
    }
    path.pop();
    raw.pop();
  }
  if (found.length > 0) yield found;
}

/** The deepest file with an opinion decides, as in git. */
function isIgnored(layers: readonly Layer[], raw: readonly string[], isFolder: boolean): boolean {
  for (let i = layers.length - 1; i >= 0; i--) {
    const { rules, depth } = layers[i] as Layer;
    const ignored = rules.decide(raw, depth, isFolder);
    if (ignored !== undefined) return ignored;
  }
  return false;
}

function below(folder: FileId, name: string): FileId {
  return folder === '' ? name : `${folder}/${name}`;
}
