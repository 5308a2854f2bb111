import { Slices } from '../../cache/slices.ts';

/** All who ask so share it: side by side, what each does between two pauses would add up. */
const slices = new Slices();

/**
 * Asks for all of them, so many at a time, and gives the thread back in between. In order, so that the
 * same state is always asked for in the same one.
 */
export async function paced<T, R>(
  items: readonly T[],
  atOnce: number,
  ask: (item: T) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = [];
  for (let from = 0; from < items.length; from += atOnce) {
    if (slices.due) await slices.pause();
    answers.push(...(await Promise.all(items.slice(from, from + atOnce).map(ask))));
  }
  return answers;
}
