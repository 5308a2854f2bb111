import { createHash } from 'node:crypto';
import { Slices } from '../../cache/slices.ts';
import type { FileId } from '../context.ts';
import type { Disk } from '../disk.ts';
import { GlobError } from '../glob.ts';
import type { CompiledGlob } from './compiled-glob.ts';
import type { Listings } from './listings.ts';
import { isAsSeen, mayHide, Restless, type Sight } from './sight.ts';
import { walk } from './walk.ts';

/** What matches, and what that was found from. */
export interface Look {
  readonly paths: readonly FileId[];
  /** Of the paths, in code-unit order. */
  readonly digest: string;
  /** Folders walked. */
  readonly folders: readonly Sight[];
  /** Ignore files read or looked for. */
  readonly ignoreFiles: readonly Sight[];
}

/** How often the whole is looked at because something changed meanwhile. */
const MOST_LOOKS = 5;
/** Most matches and folders walked. */
const MOST_PATHS = 100_000;
const MOST_FOLDERS = 100_000;
/** Stats between two looks at the clock. */
const STRIDE = 64;

/**
 * What matches at some moment after the call. Rejects with a {@link GlobError} when there is too
 * much of it, something cannot be read, or it does not come to rest.
 */
export async function lookAtRest(
  glob: CompiledGlob,
  disk: Disk,
  listings: Listings,
  now: () => number,
): Promise<Look> {
  let before: string | undefined;
  let why = '';
  for (let i = 0; i < MOST_LOOKS; i++) {
    const began = now();
    try {
      const look = await lookOnce(glob, listings);
      const sights = [...look.folders, ...look.ignoreFiles];
      await allAsSeen(disk, sights);
      // What was found in two looks held in between.
      if (look.digest === before || heldTogether(sights, began)) return look;
      before = look.digest;
    } catch (error) {
      if (!(error instanceof Restless)) throw error;
      before = undefined;
      why = error.message;
    }
  }
  throw new GlobError(`The files of the glob do not come to rest: ${why || 'other ones at each look.'}`);
}

async function lookOnce(glob: CompiledGlob, listings: Listings): Promise<Look> {
  const folders: Sight[] = [];
  const ignoreFiles: Sight[] = [];
  const paths: FileId[] = [];
  const hash = createHash('sha256');
  const tree = {
    folder: async (path: FileId) => {
      if (folders.length >= MOST_FOLDERS) throw tooMuch(MOST_FOLDERS, 'folders to walk');
      const { sight, entries } = await listings.folder(path);
      folders.push(sight);
      return entries;
    },
    ignoreFile: async (path: FileId) => {
      const { sight, rules } = await listings.ignoreFile(path);
      ignoreFiles.push(sight);
      return rules;
    },
  };
  for await (const some of walk(glob, tree)) {
    if (paths.length + some.length > MOST_PATHS) throw tooMuch(MOST_PATHS, 'matches');
    for (const path of some) paths.push(path);
    hash.update(`${some.join('\0')}\0`);
  }
  return { paths, digest: hash.digest('base64url').slice(0, 22), folders, ignoreFiles };
}

/**
 * Every one, after the last of them was read: together they then were the state at the end of the
 * walk. Rejects with {@link Restless}.
 */
async function allAsSeen(disk: Disk, sights: readonly Sight[]): Promise<void> {
  const slices = new Slices();
  for (let i = 0; i < sights.length; i++) {
    const sight = sights[i] as Sight;
    if (!isAsSeen(disk, sight)) throw new Restless(`${sight.path || 'The workspace folder'} changed.`);
    if (i % STRIDE === STRIDE - 1 && slices.due) await slices.pause();
  }
}

/**
 * Whether stats prove it: those that may have changed unseen since the walk began. With a single one
 * of them, all others held when that one was read.
 */
function heldTogether(sights: readonly Sight[], began: number): boolean {
  let doubtful = 0;
  for (const { path, stat } of sights) {
    if (stat && mayHide({ path, stat: { ...stat, at: began } }, began)) doubtful++;
  }
  return doubtful <= 1;
}

function tooMuch(most: number, what: string): GlobError {
  return new GlobError(`The glob has more than ${most} ${what}: make its patterns narrower.`);
}
