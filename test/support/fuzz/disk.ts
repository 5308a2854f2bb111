import type { FileId } from '../../../src/freshness/context.ts';
import { type DirectoryEntry, type Disk, FolderDisk, type Stat } from '../../../src/freshness/disk.ts';
import type { World } from './world.ts';

/** The world as the cache sees it: stamps cut to the grain of a coarse clock, and slow reads. */
export class FuzzDisk implements Disk {
  readonly #inner: FolderDisk;
  readonly #world: World;
  readonly #grain: number;
  readonly #moment: () => Promise<void>;

  /** `grain` in ms, 0 for none; `moment` lets anything happen before and after the bytes are read. */
  constructor(world: World, grain: number, moment: () => Promise<void>) {
    this.#inner = new FolderDisk(world.root);
    this.#world = world;
    this.#grain = grain;
    this.#moment = moment;
  }

  stat(path: FileId): Stat | undefined {
    const stat = this.#inner.stat(path);
    if (!stat) return undefined;
    const { m, c } = this.#world.stampsOf(stat.ino);
    return { ...stat, mtimeMs: this.#cut(m), ctimeMs: this.#cut(c) };
  }

  async read(path: FileId): Promise<Uint8Array> {
    await this.#moment();
    const bytes = await this.#inner.read(path);
    await this.#moment();
    return bytes;
  }

  async *chunks(path: FileId): AsyncIterable<Uint8Array> {
    yield* this.#inner.chunks(path);
    await this.#moment();
  }

  leadsOut(path: FileId): boolean {
    return this.#inner.leadsOut(path);
  }

  async names(folder: FileId): Promise<string[]> {
    await this.#moment();
    const names = await this.#inner.names(folder);
    await this.#moment();
    return names;
  }

  async entries(folder: FileId): Promise<readonly DirectoryEntry[]> {
    await this.#moment();
    const entries = await this.#inner.entries(folder);
    await this.#moment();
    return entries;
  }

  #cut(time: number): number {
    return this.#grain === 0 ? time : Math.floor(time / this.#grain) * this.#grain;
  }
}
