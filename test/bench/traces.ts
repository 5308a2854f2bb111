import { type Evictable, OUT } from '../../src/cache/eviction/eviction.ts';
import { zipf } from './measure.ts';

/** Reads in order; each wants an item of its own size and cost. */
export interface Trace {
  readonly name: string;
  readonly reads: readonly Evictable[];
  /** Capacity, bytes. */
  readonly bytes: number;
}

const KEYS = 20_000;
const READS = 400_000;

/**
 * Made-up traces, the same on every run. Sizes (200 B to 64 kB) and costs (0.03 ms to 300 ms) are
 * log-uniform and independent; the memory holds a tenth of the bytes of all keys, for the loop half.
 */
export function traces(): Trace[] {
  const items = Array.from({ length: KEYS }, (_, i) => made(`bench:key-${i}`, i));
  const byKey = new Map(items.map((item) => [item.key, item]));
  const drawn = zipf([...byKey.keys()], READS).map((key) => byKey.get(key) as Evictable);
  const all = sumBytes(items);
  const scans = drawn.flatMap((item, i) =>
    i % 4 === 0 ? [item, made(`bench:once-${i}`, KEYS + i)] : [item],
  );
  const loop = items.slice(0, KEYS / 4);
  return [
    { name: 'Zipf', reads: drawn, bytes: all / 10 },
    { name: 'Zipf and a scan', reads: scans, bytes: all / 10 },
    { name: 'loop', reads: Array.from({ length: 20 }, () => loop).flat(), bytes: sumBytes(loop) / 2 },
  ];
}

/**
 * What no policy can exceed, in ms of cost saved: every span from one read of a key to its next
 * takes bytes × reads of room; the densest spans are taken until the room of the whole trace is used
 * up, the last one in part (the relaxation PFOO-U of Berger et al., SIGMETRICS 2018, weighted).
 */
export function offlineBound({ reads, bytes }: Trace, gain: (item: Evictable) => number): number {
  const lastRead = new Map<string, number>();
  const spans: { gain: number; room: number }[] = [];
  for (const [at, item] of reads.entries()) {
    const last = lastRead.get(item.key);
    if (last !== undefined) spans.push({ gain: gain(item), room: (at - last) * item.bytes });
    lastRead.set(item.key, at);
  }
  spans.sort((a, b) => b.gain / b.room - a.gain / a.room);
  let left = bytes * reads.length;
  let sum = 0;
  for (const span of spans) {
    const part = Math.min(1, left / span.room);
    sum += part * span.gain;
    left -= part * span.room;
    if (left <= 0) break;
  }
  return sum;
}

function made(key: string, seed: number): Evictable {
  const bytes = Math.round(200 * 320 ** random(2 * seed));
  return { key, bytes, costMs: 0.03 * 10_000 ** random(2 * seed + 1), expiresAt: 0, slot: OUT };
}

/** A number in [0, 1) for a seed (the mix of murmur3). */
function random(seed: number): number {
  let mixed = Math.imul(seed + 1, 0x9e37_79b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

function sumBytes(items: readonly Evictable[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes, 0);
}
