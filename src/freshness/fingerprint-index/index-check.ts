import { Slices } from '../../cache/slices.ts';
import type { FileId } from '../context.ts';
import type { Disk } from '../disk.ts';
import type { Fingerprints } from '../fingerprints.ts';
import { checkBlock, lookAgain, type Moved } from './check.ts';
import { Block, encodeBlock, type Known } from './index-block.ts';
import type { OffThread } from './off-thread.ts';
import { type CheckedPart, type CheckTask, takeBlock } from './worker-protocol.ts';

/** Suspects handed to the worker in one block. */
const SUSPECTS = 256;

/** A record whose stat leaves a doubt. */
type Suspect = readonly [FileId, Known];

interface CheckParts {
  readonly fingerprints: Fingerprints;
  readonly disk: Pick<Disk, 'stat'>;
  readonly now: () => number;
  readonly offThread: OffThread;
  /** So many blocks need no worker. */
  readonly few: number;
  /** Called with what moved, as it is found. */
  readonly moved: (moved: readonly Moved[]) => void;
}

/** Takes the records of one index over, and finds out which of them are out of date. */
export class IndexCheck {
  readonly #parts: CheckParts;
  readonly #slices = new Slices();
  /** Paths that are gone: forgotten when all of the index is taken over, as it tells of them too. */
  readonly #lost: FileId[] = [];

  constructor(parts: CheckParts) {
    this.#parts = parts;
  }

  /** The worker and this thread take block after block, this one with pauses; what is in doubt the worker reads. */
  async run(bytes: SharedArrayBuffer, places: CheckTask['blocks']): Promise<void> {
    const worker = places.length > this.#parts.few;
    const task = taskOf(bytes, places);
    const all = this.#elsewhere(task, worker);
    const seeded = new Set<number>();
    const block = (index: number) => {
      seeded.add(index);
      return blockOf(task, index);
    };
    const suspects: Suspect[] = [];
    for (let index = takeBlock(task); index !== undefined; index = takeBlock(task)) {
      await this.#find(block(index), suspects);
      all.left.delete(index);
    }
    const doubtful = await this.#taskOf(suspects);
    const some = this.#elsewhere(doubtful, worker && suspects.length > 0);
    for (const index of places.keys()) if (!seeded.has(index)) await this.#seed(block(index));
    for (const { left, settled, of } of [
      { ...all, of: task },
      { ...some, of: doubtful },
    ]) {
      if (left.size > 0) await settled;
      for (const index of left) await this.#look(blockOf(of, index)); // the worker failed over them, or there is none
    }
    for (const path of this.#lost) this.#parts.fingerprints.forget(path);
  }

  /** Has the worker check the task; `left` are the blocks that it is not done with. */
  #elsewhere(task: CheckTask, worker: boolean): { left: Set<number>; settled: Promise<unknown> | undefined } {
    const left = new Set(task.blocks.keys());
    const take = (part: CheckedPart) => {
      for (const block of part.done) left.delete(block);
      this.#take(part);
    };
    return { left, settled: worker ? this.#parts.offThread.check(task, take) : undefined };
  }

  async #seed(block: Block): Promise<void> {
    for (let index = 0; index < block.count; index++) {
      if (this.#slices.due) await this.#slices.pause();
      this.#remember(block.path(index), block.known(index));
    }
  }

  #remember(path: FileId, known: Known): void {
    this.#parts.fingerprints.seed(path, known.kind, known.digest, known);
  }

  #find(block: Block, suspects: Suspect[]): Promise<void> {
    const { disk, now } = this.#parts;
    const suspect = (path: FileId, was: Known) => void suspects.push([path, was]);
    const between = () => (this.#slices.due ? this.#slices.pause() : undefined);
    const each = (path: FileId, was: Known) => this.#remember(path, was);
    return checkBlock(block, { disk, now, each, suspect, between });
  }

  /** Finds and reads the suspects of a block. */
  async #look(block: Block): Promise<void> {
    const suspects: Suspect[] = [];
    await this.#find(block, suspects);
    const found: Moved[] = [];
    for (const [path, was] of suspects)
      found.push(await lookAgain(this.#parts.fingerprints, this.#parts.disk, path, was));
    this.#parts.moved(found);
  }

  /** Small blocks, so that encoding one does not hold the thread. */
  async #taskOf(suspects: readonly Suspect[]): Promise<CheckTask> {
    const encoded: Uint8Array[] = [];
    const places: [number, number][] = [];
    let end = 0;
    for (let from = 0; from < suspects.length; from += SUSPECTS) {
      if (this.#slices.due) await this.#slices.pause();
      const block = encodeBlock(suspects.slice(from, from + SUSPECTS));
      encoded.push(block);
      places.push([end, block.length]);
      end += block.length;
    }
    const bytes = new SharedArrayBuffer(end);
    for (const [index, block] of encoded.entries()) new Uint8Array(bytes).set(block, places[index]?.[0]);
    return taskOf(bytes, places);
  }

  /** What the worker found. */
  #take(part: CheckedPart): void {
    const { moved } = this.#parts;
    const block = new Block(part.known.buffer, 0, part.known.length);
    const found: Moved[] = [];
    for (let index = 0; index < block.count; index++) {
      const path = block.path(index);
      const known = block.known(index);
      this.#remember(path, known);
      found.push({ path, known, changed: part.changed[index] === 1 });
    }
    for (const path of part.lost?.split('\0') ?? []) {
      this.#lost.push(path);
      found.push({ path, known: undefined, changed: true });
    }
    moved(found);
  }
}

function blockOf({ bytes, blocks }: CheckTask, index: number): Block {
  const [offset, length] = blocks[index] as readonly [number, number];
  return new Block(bytes, offset, length);
}

function taskOf(bytes: SharedArrayBuffer, blocks: CheckTask['blocks']): CheckTask {
  return { bytes, blocks, next: new SharedArrayBuffer(4) };
}
