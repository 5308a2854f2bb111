import { createKernel } from '../../src/answers/semantic/index/kernel.ts';
import { quantised, VectorIndex } from '../../src/answers/semantic/index/vector-index.ts';
import { median } from './measure.ts';
import { type Figure, figure } from './report.ts';

const SIZES = [1000, 10_000, 100_000] as const;
const DIMENSIONS = [384, 1536] as const;
const NEAREST = 5;
/** Vectors compared in a round, at least; and searches. */
const COMPARED = 100_000;
const SEARCHES = 5;
/** The figure published for similar caches, V9 of the features: 1 to 5 ms over 1,000 entries. */
const PUBLISHED_MS = 1;
/** Of a frame, that a search may hold the thread. */
const MOST_BLOCK_MS = 16;

/**
 * The five most similar of so many vectors, beside a loop over floats in JavaScript and one read of the
 * same bytes. All in milliseconds of this process's CPU time.
 */
export async function similarity(rounds: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const dimensions of DIMENSIONS) {
    for (const size of SIZES) figures.push(...(await measured(size, dimensions, Math.min(rounds, 5))));
  }
  return figures;
}

async function measured(size: number, dimensions: number, rounds: number): Promise<Figure[]> {
  const random = randomNumbers();
  const index = new VectorIndex(dimensions);
  const plainIndex = new VectorIndex(dimensions, createKernel(false));
  const floats = new Float32Array(size * dimensions);
  const items: { slot: number | undefined }[] = [];
  for (let i = 0; i < size; i++) {
    const vector = floats.subarray(i * dimensions, (i + 1) * dimensions);
    for (let d = 0; d < dimensions; d++) vector[d] = random();
    const small = quantised(vector);
    if (!small) throw new Error('A random vector points nowhere.');
    items.push({ slot: index.add(small) });
    plainIndex.add(small);
  }
  const query = Float32Array.from({ length: dimensions }, random);
  const bytes = new Float64Array((size * dimensions) / 8).fill(1);
  const blocks: number[] = [];
  const ways = {
    ours: async () => {
      let longest = 0;
      let began = threadMs();
      // Asked before each piece: there the thread would be given back.
      const slices = {
        get due() {
          const now = threadMs();
          longest = Math.max(longest, now - began);
          began = now;
          return false;
        },
      };
      await index.nearest(query, items, NEAREST, slices as never);
      blocks.push(Math.max(longest, threadMs() - began));
    },
    plain: async () => void (await plainIndex.nearest(query, items, NEAREST, { due: false } as never)),
    floats: async () => void nearestOfFloats(floats, query, size),
    read: async () => void sum(bytes),
  };
  const times = new Map<string, number[]>();
  const searches = Math.max(SEARCHES, COMPARED / size);
  for (let round = -1; round < rounds; round++) {
    globalThis.gc?.();
    for (const [name, run] of Object.entries(ways)) {
      const began = cpuMs();
      for (let i = 0; i < searches; i++) await run();
      const ms = (cpuMs() - began) / searches;
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), ms]);
      else blocks.length = 0; // the first round warms up
    }
  }
  const ms = (name: keyof typeof ways) => median(times.get(name) ?? []);
  const what = `similarity search, ${size.toLocaleString('en-US')} × ${dimensions}`;
  const few = {
    text: `≤ ${PUBLISHED_MS} ms, published 1–5 ms`,
    holds: (value: number) => value <= PUBLISHED_MS,
  };
  const short = { text: `< ${MOST_BLOCK_MS} ms`, holds: (value: number) => value < MOST_BLOCK_MS };
  return [
    figure(
      what,
      ms('ours'),
      'ms',
      { name: 'a loop over floats', value: ms('floats') },
      size === 1000 ? few : undefined,
    ),
    figure(`${what}, without SIMD`, ms('plain'), 'ms', { name: 'with it', value: ms('ours') }),
    figure(`${what}, one read of the bytes`, ms('read'), 'ms', { name: 'the search', value: ms('ours') }),
    ...(size === 100_000 ? [figure(`${what}, longest block`, median(blocks), 'ms', undefined, short)] : []),
  ];
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The process's own sum takes up to 0.1 ms to ask for where other groups have left threads behind. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** What one writes without an index: cosine of unit vectors, the five best. */
function nearestOfFloats(floats: Float32Array, query: Float32Array, size: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < size; i++) {
    let dot = 0;
    const at = i * query.length;
    for (let d = 0; d < query.length; d++) dot += (floats[at + d] as number) * (query[d] as number);
    if (best.length < NEAREST || dot > (best.at(-1) as number)) {
      best.push(dot);
      best.sort((a, b) => b - a);
      best.length = Math.min(best.length, NEAREST);
    }
  }
  return best;
}

function sum(bytes: Float64Array): number {
  let total = 0;
  for (let i = 0; i < bytes.length; i++) total += bytes[i] as number;
  return total;
}

/** -1 to 1, the same ones on every run. */
function randomNumbers(): () => number {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
}
