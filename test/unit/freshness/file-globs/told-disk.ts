import { type DirectoryEntry, FolderDisk, type Stat } from '../../../../src/freshness/disk.ts';

/** A real folder that counts what is asked of it, with a coarse clock and faults where a test wants them. */
export class ToldDisk extends FolderDisk {
  stats = 0;
  readonly listed: string[] = [];
  readonly contents: string[] = [];
  readonly denied = new Set<string>();
  /** Stamps are cut to this, ms. */
  grain = 0;
  /** Called before and after the names of a folder are read. */
  onEntries: (folder: string, when: 'before' | 'after') => Promise<void> | void = () => {};

  override stat(path: string): Stat | undefined {
    this.stats++;
    const stat = super.stat(path);
    return stat && { ...stat, mtimeMs: this.#cut(stat.mtimeMs), ctimeMs: this.#cut(stat.ctimeMs) };
  }

  override async read(path: string): Promise<Uint8Array> {
    this.contents.push(path);
    return super.read(path);
  }

  override async entries(folder: string): Promise<readonly DirectoryEntry[]> {
    this.listed.push(folder);
    if (this.denied.has(folder)) throw Object.assign(new Error('denied'), { code: 'EACCES' });
    await this.onEntries(folder, 'before');
    const found = await super.entries(folder);
    await this.onEntries(folder, 'after');
    return found;
  }

  #cut(time: number): number {
    return this.grain === 0 ? time : Math.floor(time / this.grain) * this.grain;
  }
}
