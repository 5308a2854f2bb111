import { join } from 'node:path';
import { build } from 'esbuild';
import { FileLevel } from '../../src/cache/file-level.ts';
import { openDatabase } from '../../src/cache/stores/open.ts';
import { bytesPerEntry } from './entry-memory.ts';
import { inFolder } from './folder.ts';
import { median } from './measure.ts';
import { OURS, openCache } from './ours.ts';
import { type Figure, figure } from './report.ts';

const OPERATIONS = 200_000;
const ENTRIES = 2000;

/**
 * What two published designs for AI agents claim: 27,020 sets and 180,013 gets a second in memory and
 * 12.6 KB for 100 entries; 0.1 ms in memory and 1 to 5 ms below. Single calls by the wall clock.
 */
export async function published(rounds: number): Promise<Figure[]> {
  const sets: number[] = [];
  const gets: number[] = [];
  const memory: number[] = [];
  const cache = openCache(ENTRIES);
  const keys = Array.from({ length: ENTRIES }, (_, i) => `bench:key-${i}`);
  const value = (i: number) => ({ id: i, text: 'x'.repeat(800) });
  for (let round = 0; round < rounds; round++) {
    sets.push(await perSecond((i) => cache.set(keys[i % ENTRIES] as string, value(i))));
    gets.push(await perSecond((i) => cache.get(keys[i % ENTRIES] as string)));
    memory.push(...(await latencies(keys, (key) => cache.get(key))));
  }
  const file = await inFolder((folder) => fromFile(folder, keys, value));
  const hundred = (await bytesPerEntry(OURS, 'with')) / 10;
  return [
    figure('sets a second, one after the other', median(sets), '/s', undefined, atLeast(27_020)),
    figure('gets a second, one after the other', median(gets), '/s', undefined, atLeast(180_013)),
    figure('memory of 100 small entries with keys and values', hundred, 'KB', undefined, atMost(12.6, 'KB')),
    figure('one get from memory, p99', p99(memory), 'ms', undefined, atMost(0.1, 'ms')),
    figure('one get from the file level, median', median(file), 'ms', undefined, atMost(1, 'ms')),
    figure('one get from the file level, p99', p99(file), 'ms', undefined, atMost(5, 'ms')),
  ];
}

async function fromFile(folder: string, keys: readonly string[], value: (i: number) => object) {
  const worker = join(folder, 'sqlite-worker.mjs');
  const entryPoints = ['src/cache/stores/sqlite-worker.ts'];
  await build({ entryPoints, outfile: worker, bundle: true, platform: 'node', format: 'esm' });
  const onProblem = (error: Error) => {
    throw error;
  };
  const database = openDatabase('sqlite', { folder, worker, onProblem });
  const cache = openCache(ENTRIES, folder, new FileLevel(database, onProblem));
  for (const [i, key] of keys.entries()) await cache.set(key, value(i));
  await cache.invalidate({ level: 'memory' });
  const taken = await latencies(keys, async (key) => {
    if ((await cache.get(key)) === undefined) throw new Error('The file level had lost an entry.');
  });
  await cache.cache.close();
  return taken;
}

async function perSecond(operation: (i: number) => Promise<unknown>): Promise<number> {
  const before = performance.now();
  for (let i = 0; i < OPERATIONS; i++) await operation(i);
  return (OPERATIONS / (performance.now() - before)) * 1000;
}

/** Milliseconds of each call. */
async function latencies(keys: readonly string[], get: (key: string) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (const key of keys) {
    const before = performance.now();
    await get(key);
    taken.push(performance.now() - before);
  }
  return taken;
}

function p99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}

function atLeast(limit: number) {
  return { text: `≥ ${limit.toLocaleString('en')}`, holds: (value: number) => value >= limit };
}

function atMost(limit: number, unit: string) {
  return { text: `≤ ${limit} ${unit}`, holds: (value: number) => value <= limit };
}
