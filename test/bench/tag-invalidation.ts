import { CONTESTANTS } from './contest.ts';
import type { Contestant, Library } from './library.ts';
import { freshLoops } from './loops.ts';
import { median, millionsPerCpuSecond, zipf } from './measure.ts';
import { neverComputed } from './memory-hit.ts';
import { OURS, PEEK } from './ours.ts';
import { compared, type Figure, figure } from './report.ts';

const TAGS = 100;
const KEYS_PER_TAG = 1000;
/** Of each library, in a round. */
const SAMPLES = 3;

type Tagged = NonNullable<Library['tagged']>;

interface Rival {
  readonly name: string;
  readonly tagged: Tagged;
  readonly library: Library;
  /** How many of the keys are there; awaited one by one where the library gives promises. */
  readonly read: (keys: readonly string[], tag: string) => number | Promise<number>;
  readonly calls: number[];
  readonly all: number[];
  readonly settled: number[];
}

/** One tag of 1,000 among 100,000 tagged entries: invalidating it, and then seeing that every key is gone. */
export async function tagInvalidation(rounds: number): Promise<Figure[]> {
  const rivals: Rival[] = [];
  for (const contestant of CONTESTANTS) rivals.push(...(await enter(contestant)));
  for (let round = -1, next = 0; round < rounds; round++) {
    globalThis.gc?.();
    for (let sample = 0; sample < SAMPLES; sample++, next = (next + 1) % TAGS) {
      for (const rival of rivals) {
        const { call, all, settled } = await invalidateAndRead(rival, next);
        if (round < 0) continue; // the first round warms up
        rival.calls.push(call);
        rival.all.push(all);
        rival.settled.push(settled);
      }
    }
  }
  const of = (name: string) => rivals.find((rival) => rival.name === name) as Rival;
  const hits = await hitsOf(of(PEEK), rounds);
  for (const { library } of rivals) await library.close?.();
  const most = (limit: number) => ({ text: `≤ ${limit} ms`, holds: (ms: number) => ms <= limit });
  const least = { text: '≥ 10 M/s', holds: (speed: number) => speed >= 10 };
  return [
    figure('tag invalidation, the call', median(of(OURS).calls), 'ms', undefined, most(0.05)),
    figure('tag invalidation and 1,000 peeks that miss', median(of(PEEK).all), 'ms', undefined, most(1.2)),
    figure('tag invalidation and 1,000 gets that miss', median(of(OURS).all), 'ms', undefined, most(1.2)),
    figure('tag invalidation, reads included, until its entries are gone', median(of(PEEK).settled), 'ms'),
    figure('tagged hit, peek', hits, 'M/CPU-s', undefined, least),
    ...rivals.map(({ name, all }) =>
      compared(figure(`invalidate 1,000 of 100,000, ${name}`, median(all), 'ms'), name, 'invalidate, ms'),
    ),
  ];
}

async function enter({ name, open }: Contestant): Promise<Rival[]> {
  const library = open(TAGS * KEYS_PER_TAG);
  const { tagged } = library;
  if (!tagged) return [];
  for (let tag = 0; tag < TAGS; tag++) await fill(tagged, tag);
  const { readAll, readAllAwaited } = await freshLoops();
  const all = tagged.get('bench:0-0', 'tag-0') instanceof Promise ? readAllAwaited : readAll;
  const read = (keys: readonly string[], tag: string) =>
    all(keys, keys.length, (key) => tagged.get(key, tag), neverComputed);
  return [{ name, tagged, library, read, calls: [], all: [], settled: [] }];
}

async function fill(tagged: Tagged, tag: number): Promise<void> {
  for (let i = 0; i < KEYS_PER_TAG; i++) await tagged.set(`bench:${tag}-${i}`, { id: i }, `tag-${tag}`);
}

/** Milliseconds of the call alone, with all reads, and until the entries are gone as well. */
async function invalidateAndRead({ name, tagged, read }: Rival, tag: number) {
  const keys = Array.from({ length: KEYS_PER_TAG }, (_, i) => `bench:${tag}-${i}`);
  const label = `tag-${tag}`;
  const before = performance.now();
  const invalidated = tagged.invalidate(label);
  if (!tagged.immediate) await invalidated;
  const called = performance.now();
  const found = await read(keys, label);
  const done = performance.now();
  await invalidated;
  const settled = performance.now();
  if (found > 0) throw new Error(`${name} still served ${found} invalidated entries.`);
  await fill(tagged, tag);
  return { call: called - before, all: done - before, settled: settled - before };
}

/** Hits of entries with a tag, after other tags were invalidated, in M/CPU-s. */
async function hitsOf({ name, tagged }: Rival, rounds: number): Promise<number> {
  const { readAll } = await freshLoops();
  const keys = Array.from({ length: 10_000 }, (_, i) => `bench:${i % TAGS}-${Math.floor(i / TAGS)}`);
  const drawn = zipf(keys, 2 ** 18);
  const get = (key: string) => tagged.get(key, '');
  const operations = 2_000_000;
  const run = () => {
    if (readAll(drawn, operations, get, neverComputed) !== operations)
      throw new Error('A tagged entry was gone.');
  };
  return (await millionsPerCpuSecond([{ name, operations, run }], rounds)).get(name) ?? Number.NaN;
}
