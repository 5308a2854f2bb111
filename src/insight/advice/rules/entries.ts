import type { Advice } from '../advice.ts';
import type { EntryFacts } from '../entry-facts.ts';
import { bytesText, count, MEGABYTE, number, percent } from '../words.ts';

/** What is advised to go has to be this much, and this part of what is in memory. */
const LEAST_LOW_VALUE = { bytes: MEGABYTE, part: 0.1 };
const LEAST_STALE = { entries: 100, bytes: 10 * MEGABYTE };
/** The largest ten hold this part of a memory level of so many bytes and entries. */
const LARGEST = { part: 0.5, bytes: 8 * MEGABYTE, entries: 100 };

/** Entries that take room and give nothing, and those that take most of it. */
export function entryAdvice(facts: EntryFacts): Advice[] {
  return [lowValue(facts), stale(facts), largest(facts)].filter((advice) => advice !== undefined);
}

function lowValue({ memory, lowValue: { entries, bytes, keys } }: EntryFacts): Advice | undefined {
  if (bytes < LEAST_LOW_VALUE.bytes || bytes < LEAST_LOW_VALUE.part * memory.bytes) return undefined;
  return {
    id: 'low-value',
    kind: 'low-value',
    title: `${bytesText(bytes)} of memory hold what nobody asked for again`,
    text: 'These values are large, were computed in no time and have not been read since. To invalidate them gives their room to others; what is asked for again is computed again.',
    evidence: [
      `${count(entries, 'entry', 'entries')} of 64 KB or more were computed in less than 5 ms, are older than an hour and were never hit.`,
      `They take ${percent(bytes / memory.bytes)} of the ${bytesText(memory.bytes)} in memory.`,
    ],
    keys,
  };
}

function stale({ all, stale: { entries, bytes, keys } }: EntryFacts): Advice | undefined {
  if (entries < LEAST_STALE.entries && bytes < LEAST_STALE.bytes) return undefined;
  return {
    id: 'stale',
    kind: 'stale',
    title: `${count(entries, 'entry', 'entries')} of more than 30 days ago ${entries === 1 ? 'was' : 'were'} not asked for`,
    text: 'They are still true, but nobody seems to need them any more. To invalidate them gives their room back.',
    evidence: [
      `${count(entries, 'entry', 'entries')} (${bytesText(bytes)}) of ${number(all.entries)} were stored more than 30 days ago and not hit since this process began to count.`,
    ],
    keys,
  };
}

function largest({ memory, largest: some }: EntryFacts): Advice | undefined {
  const bytes = some.reduce((sum, entry) => sum + entry.bytes, 0);
  const enough = memory.bytes >= LARGEST.bytes && memory.entries >= LARGEST.entries;
  if (!enough || bytes < LARGEST.part * memory.bytes) return undefined;
  return {
    id: 'largest',
    kind: 'largest',
    title: `Ten values take ${percent(bytes / memory.bytes)} of the memory level`,
    text: 'Large values drive out many small ones. Keep them on the file level only ("levels": ["file"]), or keep a shorter form of them.',
    evidence: some.map((entry) => `${entry.key}: ${bytesText(entry.bytes)}.`),
    keys: some.map(({ key }) => key),
  };
}
