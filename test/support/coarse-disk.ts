import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FolderDisk, type Stat } from '../../src/freshness/disk.ts';

/** Where nothing was written through the disk itself: long ago. */
const LONG_AGO = 1_600_000_000_000;

/**
 * A folder on a file system with a coarse clock of its own, which moves only when a test says so:
 * stamps are cut to the grain, as FAT keeps two seconds and a kernel its tick. Files of one size
 * written within one tick look the same.
 */
export class CoarseDisk extends FolderDisk {
  /** Milliseconds since the epoch; the clock of the cache as well, see {@link now}. */
  time: number;
  readonly #grain: number;
  readonly #stamps = new Map<string, number>();
  /** Called before bytes are read. */
  onRead: (path: string) => Promise<void> | void = () => {};
  /** Added to all stamps: what a file system that keeps local time shows after a change of the time zone. */
  shift = 0;

  /** Its time begins at the start of a tick that is also a whole number of seconds. */
  constructor(root: string, grainMs: number) {
    super(root);
    this.#grain = grainMs;
    this.time = LONG_AGO + 100_000_000;
  }

  readonly now = (): number => Math.floor(this.time);

  write(path: string, text: string): void {
    const absolute = this.absolute(path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
    this.#stamps.set(path, this.time);
  }

  /** The folder's names have changed at this time. */
  stamp(path: string): void {
    this.#stamps.set(path, this.time);
  }

  override stat(path: string): Stat | undefined {
    const stat = super.stat(path);
    if (!stat) return undefined;
    const stamp = (this.#stamps.get(path) ?? LONG_AGO) + this.shift;
    const cut = Math.floor(stamp / this.#grain) * this.#grain;
    return { ...stat, mtimeMs: cut, ctimeMs: cut };
  }

  override async read(path: string): Promise<Uint8Array> {
    await this.onRead(path);
    return super.read(path);
  }
}
