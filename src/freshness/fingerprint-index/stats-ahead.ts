import type { FileId } from '../context.ts';
import type { DirectoryEntry, Disk, Stat } from '../disk.ts';
import type { OffThread } from './off-thread.ts';
import { type Glanced, readRow } from './stat-rows.ts';

/**
 * A file system whose stats can be taken off this thread, many at once. What lies over it, such as the
 * texts of editors, still decides for which paths they count.
 */
export class StatsAhead implements Disk {
  readonly #disk: Disk;
  readonly #offThread: OffThread;
  #taken: { readonly path: FileId; readonly glanced: Glanced } | undefined;

  constructor(disk: Disk, offThread: OffThread) {
    this.#disk = disk;
    this.#offThread = offThread;
  }

  /** Takes the stats now, and returns what makes one of them the answer during a call of {@link stat} above. */
  async ahead(paths: readonly FileId[]): Promise<<T>(index: number, look: () => T) => T> {
    const rows = await this.#offThread.stat(paths);
    return (index, look) => {
      this.#taken = { path: paths[index] as FileId, glanced: readRow(rows, index) };
      try {
        return look();
      } finally {
        this.#taken = undefined;
      }
    };
  }

  stat(path: FileId): Stat | undefined {
    if (this.#taken?.path !== path) return this.#disk.stat(path);
    const { glanced } = this.#taken;
    if (glanced === 'unreadable') throw new Error(`${path} cannot be looked at.`);
    return glanced === 'absent' ? undefined : glanced;
  }

  read(path: FileId): Promise<Uint8Array> {
    return this.#disk.read(path);
  }

  chunks(path: FileId): AsyncIterable<Uint8Array> {
    return this.#disk.chunks(path);
  }

  leadsOut(path: FileId): boolean {
    return this.#disk.leadsOut(path);
  }

  names(folder: FileId): Promise<string[]> {
    return this.#disk.names(folder);
  }

  entries(folder: FileId): Promise<readonly DirectoryEntry[]> {
    return this.#disk.entries(folder);
  }
}
