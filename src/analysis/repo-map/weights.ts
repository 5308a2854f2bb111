import { Slices } from '../../cache/slices.ts';
import type { NameGraph } from './name-graph.ts';

/** How much more a name says that the files in focus use. */
const IN_FOCUS = 10;
/** How much more a name of several words says than one that many things could have. */
const TELLING = 10;
const PRIVATE = 0.1;
/** Names between two looks at the clock. */
const STRIDE = 1024;

/**
 * How much a use of each name says: less when many files define it, or when nearly all use it, as
 * with `length`, which then most likely is not the one that is defined here.
 */
export async function weights(
  { files, names, definers, uses }: NameGraph,
  inFocus: ReadonlySet<number>,
): Promise<Float64Array> {
  const slices = new Slices();
  const users = new Uint32Array(names.length);
  for (const name of uses.names) users[name] = (users[name] as number) + 1;
  const weight = new Float64Array(names.length);
  for (const [number, name] of names.entries()) {
    const rare = inverseFrequency(users[number] as number, files.length);
    weight[number] = (telling(name) * rare) / Math.sqrt(definers[number] as number);
    if (number % STRIDE === 0 && slices.due) await slices.pause();
  }
  const boosted = new Set<number>();
  for (const file of inFocus)
    for (const name of uses.names.subarray(uses.from[file], uses.from[file + 1])) boosted.add(name);
  for (const name of boosted) weight[name] = (weight[name] as number) * IN_FOCUS;
  return weight;
}

/** As BM25 has it: never negative. */
function inverseFrequency(users: number, files: number): number {
  return Math.log(1 + (files - users + 0.5) / (users + 0.5));
}

function telling(name: string): number {
  if (name.startsWith('_')) return PRIVATE;
  return name.length >= 8 && /[a-z\d][A-Z]|[A-Za-z\d][_-]/.test(name) ? TELLING : 1;
}
