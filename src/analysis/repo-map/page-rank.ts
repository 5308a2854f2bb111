import { Slices } from '../../cache/slices.ts';
import type { NameGraph } from './name-graph.ts';

/** How much of its rank a file gives to those it uses; the rest goes to where the walk begins again. */
const DAMPING = 0.85;
const MOST_ROUNDS = 100;
/** The ranks, which sum to 1, are good when a round moves no more than this. */
const TOLERANCE = 1e-6;
/** Files between two looks at the clock. */
const STRIDE = 256;

export interface Ranks {
  /** Of each file; they sum to 1. */
  readonly files: Float64Array;
  /** Of each name: the rank that each file which defines it gets by it. */
  readonly names: Float64Array;
}

/**
 * PageRank over files: from a file to each that defines a name which it uses, as strongly as the
 * name's `weight`, several names together as the sum of theirs. `start` is where the walk begins
 * again, and where it goes on from files that use nothing of others; it sums to 1.
 *
 * Rank flows through the names, so a round costs uses plus definitions, and no edge is ever made.
 */
export async function pageRank(
  { files: { length }, definers, defines, uses }: NameGraph,
  weight: Float64Array,
  start: Float64Array,
): Promise<Ranks> {
  const slices = new Slices();
  const out = new Float64Array(length);
  for (let file = 0; file < length; file++)
    for (let row = uses.from[file] as number; row < (uses.from[file + 1] as number); row++) {
      const name = uses.names[row] as number;
      out[file] = (out[file] as number) + (weight[name] as number) * (definers[name] as number);
    }
  let files = Float64Array.from(start);
  let next = new Float64Array(length);
  const names = new Float64Array(definers.length);
  for (let round = 0, moved = 1; round < MOST_ROUNDS && moved > TOLERANCE; round++) {
    let stuck = 0;
    names.fill(0);
    for (let file = 0; file < length; file++) {
      if (file % STRIDE === 0 && slices.due) await slices.pause();
      const rank = files[file] as number;
      const outOf = out[file] as number;
      if (outOf === 0) stuck += rank;
      const share = outOf === 0 ? 0 : (DAMPING * rank) / outOf;
      for (let row = uses.from[file] as number; row < (uses.from[file + 1] as number); row++) {
        const name = uses.names[row] as number;
        names[name] = (names[name] as number) + share;
      }
    }
    for (let name = 0; name < names.length; name++)
      names[name] = (names[name] as number) * (weight[name] as number);
    const again = 1 - DAMPING + DAMPING * stuck;
    moved = 0;
    for (let file = 0; file < length; file++) {
      if (file % STRIDE === 0 && slices.due) await slices.pause();
      let rank = again * (start[file] as number);
      for (let row = defines.from[file] as number; row < (defines.from[file + 1] as number); row++)
        rank += names[defines.names[row] as number] as number;
      moved += Math.abs(rank - (files[file] as number));
      next[file] = rank;
    }
    [files, next] = [next, files];
  }
  return { files, names };
}
