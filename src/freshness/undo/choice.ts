import type { Entry } from '../../cache/entry.ts';
import { MOST_KEPT } from '../../cache/kept.ts';
import { Slices } from '../../cache/slices.ts';

interface Room {
  entries: number;
  bytes: number;
}

/** Of this many the order can be told in one number; what is beyond is not chosen. */
const MOST_ORDERED = 1 << 20;

/**
 * The keys for which there is room, those that were used last first; undefined when there is room
 * for all. `onlyHere` tells what memory alone has, for which there is less.
 */
export async function choose<S>(
  entries: readonly Entry<S>[],
  bytes: number,
  limits: Readonly<Room>,
  onlyHere: (entry: Entry<S>) => boolean,
): Promise<ReadonlySet<string> | undefined> {
  const below: Room = { entries: limits.entries, bytes: limits.bytes };
  const memory: Room = { ...MOST_KEPT };
  const most = Math.min(below.entries, memory.entries);
  if (entries.length <= most && bytes <= Math.min(below.bytes, memory.bytes)) return undefined;
  const slices = new Slices();
  await slices.pause(); // whoever asks has work of its own in this one
  const chosen = new Set<string>();
  const order = new Float64Array(Math.min(entries.length, MOST_ORDERED));
  for (const i of order.keys()) {
    const { lastHitAt, createdAt } = entries[i] as Entry<S>;
    order[i] = -Math.floor(Math.max(lastHitAt, createdAt) / 1000) * MOST_ORDERED + i;
    if (slices.due) await slices.pause();
  }
  // A typed array is sorted by number, in a few milliseconds for 100,000.
  for (const place of order.sort()) {
    if (slices.due) await slices.pause();
    const i = ((place % MOST_ORDERED) + MOST_ORDERED) % MOST_ORDERED;
    const entry = entries[i] as Entry<S>;
    const room = onlyHere(entry) ? memory : below;
    if (room.entries < 1 || room.bytes < entry.bytes) continue;
    room.entries--;
    room.bytes -= entry.bytes;
    chosen.add(entry.key);
  }
  return chosen.size === entries.length ? undefined : chosen;
}
