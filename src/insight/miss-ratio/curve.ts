import type { MissRatioCurve } from '../../protocol/advice.ts';
import type { Shards } from './shards.ts';

/** Reads before anything is said. */
const FEWEST_READS = 1000;
/** A larger room has to avoid this share of the reads' misses. */
const LEAST_GAIN = 0.02;
/** Of what the largest size would gain, the advised one gains this part at least: the curve's knee. */
const KNEE = 0.9;
/** Steps for each doubling, and doublings to either side of the size now. */
const STEPS = 4;
const BELOW = 4;
const ABOVE = 3;
/** The advised size is this much larger than the curve says: where reads go round, it has a cliff. */
const MARGIN = 1.1;

type Bound = 'bytes' | 'entries';

export interface AdvisedSize {
  readonly size: number;
  /** Share of reads that miss under LRU: now, and at the advised size. */
  readonly missRatioNow: number;
  readonly missRatio: number;
}

interface Question {
  readonly bound: Bound;
  readonly now: number;
  /** No larger size is advised. */
  readonly most: number;
  /** Hit rate to reach, 0 to 1. */
  readonly target?: number | undefined;
}

/**
 * The smallest size that reaches the target or, where none does, the knee of the curve; undefined
 * when no larger room would avoid 2 % of the reads' misses, or too few reads were seen.
 */
export function advisedSize(shards: Shards, { bound, now, most, target }: Question): AdvisedSize | undefined {
  const ratio = (size: number) => shards.missRatio({ [bound]: size }) ?? 1;
  const missRatioNow = ratio(now);
  const largest = Math.min(most, now * 2 ** ABOVE);
  const gain = missRatioNow - ratio(largest / MARGIN);
  if (shards.reads < FEWEST_READS || largest <= now || gain < LEAST_GAIN) return undefined;
  const sizes: number[] = [];
  for (let step = 1; now * 2 ** (step / STEPS) * MARGIN <= largest; step++)
    sizes.push(now * 2 ** (step / STEPS));
  sizes.push(largest / MARGIN);
  const reaching =
    target === undefined || 1 - missRatioNow >= target
      ? undefined
      : sizes.find((size) => 1 - ratio(size) >= target);
  const chosen = reaching ?? sizes.find((size) => missRatioNow - ratio(size) >= KNEE * gain) ?? largest;
  return { size: Math.min(most, Math.ceil(chosen * MARGIN)), missRatioNow, missRatio: ratio(chosen) };
}

/** By bytes, from a sixteenth of the size now to eight times as much; undefined when too few reads were seen. */
export function curveOf(
  shards: Shards,
  now: number,
  advised: number | undefined,
): MissRatioCurve | undefined {
  if (shards.reads < FEWEST_READS) return undefined;
  const points = Array.from({ length: (BELOW + ABOVE) * STEPS + 1 }, (_, step) => {
    const bytes = Math.round(now * 2 ** (step / STEPS - BELOW));
    return { bytes, missRatio: shards.missRatio({ bytes }) ?? 1 };
  });
  return {
    points,
    now: { bytes: now },
    ...(advised !== undefined && { advised: { bytes: advised } }),
    reads: shards.reads,
    sampled: shards.sampled,
  };
}
