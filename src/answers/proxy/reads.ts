import type { Declared } from '../../freshness/leases/declared.ts';
import { WishError } from './wishes.ts';

const HEADER = 'x-agent-cache-reads';
/** Inputs declared in one header. */
const MOST = 500;
const NOTE = 'note:';

/**
 * What the client says that the answer rests on: `src/a.ts, note:decisions`, each percent-encoded, in
 * the order of their names. Throws a {@link WishError}.
 */
export function declaredReads(headers: Headers): readonly string[] {
  const names = (headers.get(HEADER) ?? '').split(',').map((name) => decoded(name.trim()));
  const reads = [...new Set(names.filter((name) => name !== ''))].sort();
  if (reads.length <= MOST) return reads;
  throw new WishError(`The header ${HEADER} names ${MOST} inputs at the most.`);
}

/** A note is a topic, which changes when it is written. */
export function declarationOf(read: string): Declared {
  return read.startsWith(NOTE) ? { topic: `memory:${read.slice(NOTE.length)}` } : { file: read };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new WishError(
      `The header ${HEADER} does not fit. Fits: percent-encoded paths with commas between.`,
    );
  }
}
