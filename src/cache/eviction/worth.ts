/** A float32 without its sign and all but the leading 4 bits of its fraction numbers the queue. */
const DROPPED_BITS = 19;
const LARGEST = 2 ** 100;

/** How many queues there are for all worths. */
export const QUEUES = 1 << (31 - DROPPED_BITS);

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

export function queueOf(worth: number): number {
  float[0] = Math.min(worth, LARGEST);
  return (bits[0] as number) >> DROPPED_BITS;
}

/** What a worth in this queue counts: not more than it is, and less by under a sixteenth. */
export function worthOf(queue: number): number {
  bits[0] = queue << DROPPED_BITS;
  return float[0] as number;
}
