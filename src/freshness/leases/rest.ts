import type { FileId } from '../context.ts';
import type { Disk, Stat } from '../disk.ts';
import { isRacy } from '../racy.ts';

/**
 * Tells whether what is at a path can have been another thing since a moment, by the times that the
 * file system keeps: equal content alone does not tell, as it may have been another in between.
 */
export class Rest {
  readonly #disk: Disk;
  /** Milliseconds since the epoch. */
  readonly #since: number;
  readonly #links = new Map<FileId, Promise<ReadonlySet<string>>>();

  constructor(disk: Disk, since: number) {
    this.#disk = disk;
    this.#since = since;
  }

  /**
   * Why there is a doubt, without a path for its subject; undefined when all that the file system
   * shows was there at the moment and ever since. Costs one stat for each folder on the way.
   */
  doubt(path: FileId): string | undefined {
    try {
      let at = path;
      let stat = this.#disk.stat(at);
      for (; stat === undefined && at !== ''; stat = this.#disk.stat(at)) at = folderOf(at);
      if (stat === undefined) return 'cannot be looked at';
      if (this.#isRecent(stat))
        return at === path ? CHANGED : `may have come or gone, for ${at || 'its folder'} changed`;
      // A folder that was put here by renaming has a recent time itself, and so has the folder it is in.
      for (at = folderOf(at); at !== ''; at = folderOf(at)) {
        if (this.#changedAt(at) && this.#changedAt(folderOf(at)))
          return `may be another one, for ${at} changed`;
      }
      return undefined;
    } catch {
      return 'cannot be looked at';
    }
  }

  /** The same, also for paths through links, of which the times of their targets tell nothing. */
  async doubtIncludingLinks(path: FileId): Promise<string | undefined> {
    for (let at = path; at !== ''; at = folderOf(at)) {
      if (this.#disk.stat(folderOf(at))?.kind !== 'folder') continue;
      try {
        if ((await this.#linksIn(folderOf(at))).has(at))
          return 'leads through a link, which may have led elsewhere';
      } catch {
        return 'cannot be looked at';
      }
    }
    return this.doubt(path);
  }

  #changedAt(folder: FileId): boolean {
    const stat = this.#disk.stat(folder);
    return stat === undefined || this.#isRecent(stat);
  }

  #isRecent(stat: Stat): boolean {
    return isRacy({ ...stat, at: this.#since }, this.#since);
  }

  #linksIn(folder: FileId): Promise<ReadonlySet<string>> {
    let links = this.#links.get(folder);
    if (!links) {
      links = this.#disk.entries(folder).then((entries) => {
        const prefix = folder === '' ? '' : `${folder}/`;
        return new Set(entries.flatMap(({ name, kind }) => (kind === 'link' ? [prefix + name] : [])));
      });
      this.#links.set(folder, links);
    }
    return links;
  }
}

const CHANGED = 'may have changed';

function folderOf(path: FileId): FileId {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
