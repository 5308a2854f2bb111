import type { Entry } from '../../cache/entry.ts';
import { Slices } from '../../cache/slices.ts';

const HOUR = 3_600_000;
/** Never hit, of this size or more, computed in less than so long, and there for longer than that. */
const LARGE_BYTES = 64 * 1024;
const CHEAP_MS = 5;
const OLD_MS = HOUR;
/** Stored that long ago, and not asked for since this process looks, which it has for so long. */
const STALE_MS = 30 * 24 * HOUR;
const LOOKED_MS = 8 * HOUR;
const MOST_KEYS = 1000;
const MOST_LARGEST = 10;

type Shown = Entry<unknown>;

/** Some entries: how many, of how many bytes, and the first 1,000 keys. */
interface Some {
  entries: number;
  bytes: number;
  readonly keys: string[];
}

export interface EntryFacts {
  readonly memory: { entries: number; bytes: number };
  readonly all: { entries: number; bytes: number };
  /** In memory: never hit, large, quickly computed, not new. */
  readonly lowValue: Some;
  readonly stale: Some;
  /** In memory, the largest first. */
  readonly largest: readonly { readonly key: string; readonly bytes: number }[];
}

/** Looks at all entries once, in slices. `since` is when this process began to count hits. */
export async function entryFacts(entries: Iterable<Shown>, now: number, since: number): Promise<EntryFacts> {
  const slices = new Slices();
  const facts = {
    memory: { entries: 0, bytes: 0 },
    all: { entries: 0, bytes: 0 },
    lowValue: none(),
    stale: none(),
    largest: [] as { key: string; bytes: number }[],
  };
  for (const entry of entries) {
    const { key, bytes, createdAt, lastHitAt } = entry;
    facts.all.entries++;
    facts.all.bytes += bytes;
    if (entry.inMemory) {
      facts.memory.entries++;
      facts.memory.bytes += bytes;
      keepLargest(facts.largest, { key, bytes });
      if (isLowValue(entry, now)) add(facts.lowValue, entry);
    }
    if (lastHitAt === 0 && now - createdAt >= STALE_MS && now - since >= LOOKED_MS) add(facts.stale, entry);
    if (slices.due) await slices.pause();
  }
  return facts;
}

function isLowValue({ hits, bytes, costMs, createdAt }: Shown, now: number): boolean {
  return hits === 0 && bytes >= LARGE_BYTES && costMs > 0 && costMs < CHEAP_MS && now - createdAt >= OLD_MS;
}

function none(): Some {
  return { entries: 0, bytes: 0, keys: [] };
}

function add(some: Some, { key, bytes }: Shown): void {
  some.entries++;
  some.bytes += bytes;
  if (some.keys.length < MOST_KEYS) some.keys.push(key);
}

function keepLargest(
  largest: { key: string; bytes: number }[],
  one: { readonly key: string; readonly bytes: number },
): void {
  if (largest.length === MOST_LARGEST && one.bytes <= (largest.at(-1)?.bytes ?? 0)) return;
  const at = largest.findIndex(({ bytes }) => bytes < one.bytes);
  largest.splice(at < 0 ? largest.length : at, 0, one);
  if (largest.length > MOST_LARGEST) largest.pop();
}
