import type { Entry } from '../../cache/entry.ts';
import { Slices } from '../../cache/slices.ts';

/** Below this nothing is hot. */
const FEWEST_HITS = 10;

/** The keys of a namespace that were hit most, those in memory, the hottest first; looks in slices. */
export async function hottest(
  entries: Iterable<Entry<unknown>>,
  namespace: string,
  most: number,
): Promise<string[]> {
  const slices = new Slices();
  const top: { readonly key: string; readonly hits: number }[] = [];
  for (const entry of entries) {
    if (slices.due) await slices.pause();
    const { key, hits } = entry;
    if (entry.namespace.name !== namespace || !entry.inMemory || hits < FEWEST_HITS) continue;
    if (top.length === most && hits <= (top.at(-1)?.hits ?? 0)) continue;
    const at = top.findIndex((other) => other.hits < hits);
    top.splice(at < 0 ? top.length : at, 0, { key, hits });
    if (top.length > most) top.pop();
  }
  return top.map(({ key }) => key);
}
