/** Reads of keys `k0`, `k1`, … of the given sizes. */
export interface Trace {
  readonly reads: readonly number[];
  readonly bytesOf: (key: number) => number;
}

/** The miss ratio of an LRU room of so many bytes, by doing it. */
export function lruMissRatio({ reads, bytesOf }: Trace, bytes: number): number {
  const held = new Map<number, number>();
  let used = 0;
  let misses = 0;
  for (const key of reads) {
    const known = held.get(key);
    if (known !== undefined) held.delete(key);
    else {
      misses++;
      used += bytesOf(key);
    }
    held.set(key, bytesOf(key));
    if (used <= bytes) continue;
    for (const [oldest, size] of held) {
      if (used <= bytes) break;
      held.delete(oldest);
      used -= size;
    }
  }
  return misses / reads.length;
}

/** Deterministic numbers from 0 to 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Keys of a zipf distribution: key 0 is read most. */
export function zipf(keys: number, reads: number, skew: number, seed: number): number[] {
  const sums: number[] = [];
  let sum = 0;
  for (let key = 1; key <= keys; key++) {
    sum += key ** -skew;
    sums.push(sum);
  }
  const next = random(seed);
  return Array.from({ length: reads }, () => {
    const wanted = next() * sum;
    let low = 0;
    let high = keys - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}
