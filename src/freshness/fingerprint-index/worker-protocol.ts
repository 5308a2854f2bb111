/** What the main thread asks of the worker. */
export type Ask =
  /** Stats of paths, joined by NUL. */
  | { readonly op: 'stat'; readonly id: number; readonly paths: string }
  /** Check the blocks that nobody has taken yet, until there are none. */
  | { readonly op: 'check'; readonly id: number; readonly task: CheckTask };

/** An index and who takes which block of it: memory that both threads see. */
export interface CheckTask {
  readonly bytes: SharedArrayBuffer;
  /** Offset and length of each block. */
  readonly blocks: readonly (readonly [number, number])[];
  /** One number: the next block that nobody has taken. */
  readonly next: SharedArrayBuffer;
}

export type Tell =
  | { readonly ready: true }
  /** At work, though there is nothing to hand over yet. */
  | { readonly alive: true }
  /** Rows of the paths in their order, see `stat-rows.ts`. */
  | { readonly id: number; readonly stats: Float64Array<ArrayBuffer> }
  | { readonly id: number; readonly part: CheckedPart }
  | { readonly id: number; readonly checked: true }
  | { readonly id: number; readonly problem: string };

/** What was found to have moved. */
export interface CheckedPart {
  /** Records of what is there, as in an index file. */
  readonly known: Uint8Array<ArrayBuffer>;
  /** For each of these records: 1 when its state is another, 0 when only its stat is. */
  readonly changed: Uint8Array<ArrayBuffer>;
  /** Paths where nothing is, or nothing that can be looked at, joined by NUL; undefined for none. */
  readonly lost: string | undefined;
  /** Blocks that are done with this part. */
  readonly done: readonly number[];
}

/** Takes the next block for this thread; undefined when all are taken. */
export function takeBlock({ next, blocks }: CheckTask): number | undefined {
  const block = Atomics.add(new Int32Array(next), 0, 1);
  return block < blocks.length ? block : undefined;
}
