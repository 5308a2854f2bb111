import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileId } from '../../src/freshness/context.ts';
import type { WorkspaceCache } from '../../src/freshness/workspace-cache.ts';
import { inFolder } from './folder.ts';
import { median } from './measure.ts';
import { openCache } from './ours.ts';
import { type Figure, figure } from './report.ts';

/** Entries in a cache, of which ten rest on the file that is saved. */
const SIZES = [1000, 10_000, 100_000] as const;
const DEPENDENTS = 10;
/** Saves of each cache in a round. */
const SAMPLES = 30;
const MANY = 100_000;
/** Rounds of the file on which everything rests: each takes seconds to put back. */
const MOST_ROUNDS = 5;

/** What following a change costs: of a file with few dependents in caches of all sizes, and of one with very many. */
export async function save(rounds: number): Promise<Figure[]> {
  return [
    ...(await inFolder((root) => few(root, rounds))),
    ...(await inFolder((root) => many(root, rounds))),
  ];
}

async function few(root: string, rounds: number): Promise<Figure[]> {
  const caches = [];
  for (const size of SIZES) caches.push(await filled(join(root, `${size}`), size));
  const looks: number[] = [];
  for (let round = -1; round < rounds; round++) {
    globalThis.gc?.();
    for (let sample = 0; sample < SAMPLES; sample++) {
      for (const { cache, folder, cpu, wall } of caches) {
        const file = `f${sample}`;
        writeFileSync(join(folder, file), `saved in round ${round}`);
        const took = await followed(cache, file);
        if (dependents(cache, file) !== 0) throw new Error(`Entries that rest on ${file} are still there.`);
        await restOn(cache, file, DEPENDENTS);
        if (round < 0) continue; // the first round warms up
        cpu.push(took.cpuMs);
        wall.push(took.ms);
      }
      if (round >= 0) looks.push(lookMs(join(root, '1000', `f${sample}`)));
    }
  }
  const [small, medium, large] = caches.map(({ cpu }) => median(cpu)) as [number, number, number];
  const look = { name: 'one lstatSync', value: median(looks) };
  const least = { name: 'among 1,000', value: small };
  const flat = {
    text: '≤ 1 ms, ≤ 2 ×',
    holds: (ms: number, ratio: number) => ms <= 1 && ratio <= 2,
  };
  return [
    figure('save, 10 dependents among 1,000, CPU', small, 'ms', look),
    figure('save, 10 dependents among 10,000, CPU', medium, 'ms', least),
    figure('save, 10 dependents among 100,000, CPU', large, 'ms', least, flat),
    figure('save, 10 dependents among 100,000, by the clock', median(caches[2]?.wall ?? []), 'ms'),
  ];
}

async function many(root: string, rounds: number): Promise<Figure[]> {
  const cache = openCache(MANY + 1, root);
  const file = join(root, 'hub');
  const calls: number[] = [];
  const settled: number[] = [];
  const blocks: number[] = [];
  const saves: number[] = [];
  const saveBlocks: number[] = [];
  const prepared = async (text: string) => {
    writeFileSync(file, text);
    await restOn(cache, 'hub', MANY);
    globalThis.gc?.();
  };
  for (let round = -1; round < Math.min(rounds, MOST_ROUNDS); round++) {
    await prepared(`round ${round}`);
    let called = 0;
    const began = performance.now();
    const invalidated = await longestBlock(async () => {
      const done = cache.invalidate({ file: 'hub' });
      called = performance.now() - began;
      await done;
    });
    const gone = performance.now() - began;
    if (dependents(cache, 'hub') > 0) throw new Error('Invalidated entries are still there.');
    await prepared(`round ${round} before the save`);
    writeFileSync(file, `round ${round} after it`);
    let took = 0;
    const saved = await longestBlock(async () => {
      took = (await followed(cache, 'hub')).ms;
    });
    if (dependents(cache, 'hub') > 0) throw new Error('Changed entries are still there.');
    if (round < 0) continue; // the first round warms up
    calls.push(called);
    settled.push(gone);
    blocks.push(invalidated);
    saves.push(took);
    saveBlocks.push(saved);
  }
  const short = { text: '< 16 ms', holds: (ms: number) => ms < 16 };
  return [
    figure('invalidation of a file with 100,000 dependents, the call', median(calls), 'ms', undefined, short),
    figure('invalidation of a file with 100,000 dependents, until they are gone', median(settled), 'ms'),
    figure(
      'invalidation of a file with 100,000 dependents, longest block',
      median(blocks),
      'ms',
      undefined,
      short,
    ),
    figure('save of a file with 100,000 dependents, until they are gone', median(saves), 'ms'),
    figure(
      'save of a file with 100,000 dependents, longest block',
      median(saveBlocks),
      'ms',
      undefined,
      short,
    ),
  ];
}

/** A folder of files and a cache of so many entries, ten on each file. */
async function filled(folder: string, entries: number) {
  mkdirSync(folder);
  const cache = openCache(entries + DEPENDENTS, folder);
  for (let i = 0; i < entries / DEPENDENTS; i++) {
    writeFileSync(join(folder, `f${i}`), 'as it was');
    await restOn(cache, `f${i}`, DEPENDENTS);
  }
  return { cache, folder, cpu: [] as number[], wall: [] as number[] };
}

/** One entry is computed from the file; the others are given what it rests on, as if computed beside it. */
async function restOn(cache: WorkspaceCache, file: FileId, count: number): Promise<void> {
  const key = (i: number) => `bench:${file}-${i}`;
  await cache.getOrCompute(key(0), async (context) => (await context.readFile(file))?.text());
  const stamp = cache.cache.entry(key(0))?.stamp;
  if (!stamp) throw new Error(`The entry that rests on ${file} was not kept.`);
  for (let i = 1; i < count; i++) void cache.cache.set(key(i), i, stamp);
  if (dependents(cache, file) !== count) throw new Error(`${file} has not ${count} dependents.`);
}

function dependents(cache: WorkspaceCache, file: FileId): number {
  return cache.dependents.of(file).length;
}

/** From the hint that a file was saved until everything is done; ms, by the clock and of the processor. */
async function followed(cache: WorkspaceCache, file: FileId): Promise<{ ms: number; cpuMs: number }> {
  const before = process.cpuUsage();
  const began = performance.now();
  cache.hint(file);
  await cache.settled();
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1000 };
}

/** The longest time, ms, for which nothing else could run on this thread meanwhile. */
async function longestBlock(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let running = true;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(look);
  };
  setImmediate(look);
  await work();
  running = false;
  await new Promise(setImmediate);
  return longest;
}

function lookMs(file: string): number {
  const times = 100;
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) lstatSync(file);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / times;
}
