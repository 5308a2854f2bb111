import { getHeapStatistics } from 'node:v8';

/** Part of the heap in use that counts as pressure, and whether it is watched at all. */
export interface PressureSettings {
  readonly watch: boolean;
  /** Percent of the heap's limit. */
  readonly percent: number;
}

export type Relief =
  /** The least useful entries were evicted from memory. */
  | { readonly did: 'evicted'; readonly entries: number; readonly percent: number }
  /** Evicting was not enough: memory holds nothing any more. */
  | { readonly did: 'cleared'; readonly entries: number; readonly percent: number };

export interface PressureOptions {
  readonly settings: () => PressureSettings;
  /** Percent of the heap's limit that is in use now. */
  readonly percent: () => number;
  readonly memory: {
    readonly entries: number;
    /** Evicts until at most this part of the bytes is left; returns how many entries went. */
    shrink(part: number): number;
    /** Evicts all, in slices. */
    clear(): void;
  };
  readonly relieved: (relief: Relief) => void;
}

/** What a first step leaves of the memory level's bytes. */
const LEAVES = 0.5;
/** Beats between two steps: the garbage collector needs time to show what they gave back. */
const REST = 5;
/** Steps of evicting before the level is cleared. */
const STEPS = 2;

/**
 * Gives memory back before the process runs out of it: evicts the least useful half, and again, and
 * clears the level when that was not enough. Levels below keep what they have. Asked on every beat.
 */
export class PressureRelief {
  readonly #options: PressureOptions;
  #steps = 0;
  #resting = 0;

  constructor(options: PressureOptions) {
    this.#options = options;
  }

  beat(): void {
    const { settings, memory, relieved } = this.#options;
    const { watch, percent: bound } = settings();
    if (!watch) return;
    if (this.#resting > 0) {
      this.#resting--;
      return;
    }
    const percent = this.#options.percent();
    if (percent < bound) {
      this.#steps = 0;
      return;
    }
    if (memory.entries === 0) return; // what fills the heap is not ours
    const did = this.#steps < STEPS ? 'evicted' : 'cleared';
    let { entries } = memory;
    if (did === 'evicted') entries = memory.shrink(LEAVES);
    else memory.clear();
    this.#steps++;
    this.#resting = REST;
    relieved({ did, entries, percent });
  }
}

/**
 * V8 counts its young generation into the limit, though what is kept does not fit there: three
 * semi-spaces, of 64 MB each in Node 24 and of 16 in Node 22.
 */
const YOUNG = 192 << 20;

/** Percent of what the heap may hold for long that is in use. */
export function heapPercent(): number {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return (100 * used) / Math.max(limit - YOUNG, limit / 4);
}
