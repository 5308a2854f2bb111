import { statfsSync } from 'node:fs';

/**
 * The last bytes of a disk are left alone: SQLite needs some even to delete, and whoever fills the
 * disk needs them more than a cache.
 */
const SPARE_BYTES = 32 << 20;
/** The same as a part of a small disk. */
const SPARE_PART = 1 / 8;
/** As long as the file itself has free pages, this part of it is enough. */
const LEAST_PART = 1 / 4;

/** A look at the disk counts for so long, ms, and for so many bytes. */
const LOOK_EVERY = 100;
const LOOK_AFTER = 1 << 20;

/** Whether the disk of a folder has room for more values. */
export class Space {
  readonly #folder: string;
  readonly #freeInFile: () => number;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #written = 0;

  /** `freeInFile` tells the bytes that the file has and does not use. */
  constructor(folder: string, freeInFile: () => number) {
    this.#folder = folder;
    this.#freeInFile = freeInFile;
  }

  /** Counts the bytes as written when there is. */
  takes(bytes: number): boolean {
    const now = performance.now();
    if (now - this.#lookedAt > LOOK_EVERY || this.#written + bytes > LOOK_AFTER) {
      if (!this.#enough()) return false;
      this.#lookedAt = now;
      this.#written = 0;
    }
    this.#written += bytes;
    return true;
  }

  #enough(): boolean {
    try {
      const { bavail, blocks, bsize } = statfsSync(this.#folder);
      const free = bavail * bsize;
      const spare = Math.min(SPARE_BYTES, blocks * bsize * SPARE_PART);
      return free >= spare || (free >= spare * LEAST_PART && free + this.#freeInFile() >= spare);
    } catch {
      return true; // no such folder yet, or a file system that cannot tell: the write itself will
    }
  }
}
