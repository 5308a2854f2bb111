import type { FileId } from '../context.ts';
import type { Disk } from '../disk.ts';
import type { Fingerprints } from '../fingerprints.ts';
import { isRacy, isSame } from '../racy.ts';
import type { Block, Known } from './index-block.ts';
import { glanceAt } from './stat-rows.ts';

/** What is no longer as its record says. */
export interface Moved {
  readonly path: FileId;
  /** Undefined when nothing is there, it cannot be looked at, or it has not been read yet. */
  readonly known: Known | undefined;
  /** Whether the state is another: not after a touch, nor an identical rewrite. */
  readonly changed: boolean;
}

interface CheckParts {
  readonly disk: Pick<Disk, 'stat'>;
  readonly now: () => number;
  /** Called for each record before its path is looked at. */
  readonly each?: (path: FileId, was: Known) => void;
  /** Called for each record whose stat leaves a doubt; what it returns is awaited. */
  readonly suspect: (path: FileId, was: Known) => Promise<void> | void;
  /** Called between two records; what it returns is awaited. */
  readonly between: () => Promise<void> | undefined;
}

/** Compares every record with its path's stat. */
export async function checkBlock(
  block: Block,
  { disk, now, each, suspect, between }: CheckParts,
): Promise<void> {
  for (let index = 0; index < block.count; index++) {
    const pause = between();
    if (pause) await pause;
    const path = block.path(index);
    const was = block.known(index);
    each?.(path, was);
    const stat = glanceAt(disk, path);
    if (typeof stat !== 'string' && isSame(was, stat) && !isRacy(was, now())) continue;
    const looking = suspect(path, was);
    if (looking) await looking;
  }
}

/** Reads a suspect anew, unless its size says that it is another: whoever needs that one's content reads it. */
export async function lookAgain(
  fingerprints: Fingerprints,
  disk: Pick<Disk, 'stat'>,
  path: FileId,
  was: Known,
): Promise<Moved> {
  const stat = glanceAt(disk, path);
  if (typeof stat !== 'string' && stat.kind === 'file' && was.kind === 'file' && stat.size !== was.size) {
    fingerprints.forget(path);
    return { path, known: undefined, changed: true };
  }
  const state = await fingerprints.look(path);
  const known = state?.digest ? fingerprints.known(path) : undefined;
  if (!known) fingerprints.forget(path);
  return { path, known, changed: known?.digest !== was.digest || known.kind !== was.kind };
}
