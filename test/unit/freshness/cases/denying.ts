import { FolderDisk } from '../../../../src/freshness/disk.ts';
import type { Questions } from './questions.ts';
import { longAfter, Scene } from './scene.ts';

/** Tests may run as root, whom no permission keeps out: this denies by name. */
class DenyingDisk extends FolderDisk {
  readonly denied = new Set<string>();
  /** Also to look at it. */
  readonly hidden = new Set<string>();

  override stat(path: string) {
    if (this.hidden.has(path)) throw this.#denial(path);
    return super.stat(path);
  }

  override async read(path: string) {
    if (this.denied.has(path)) throw this.#denial(path);
    return super.read(path);
  }

  override async names(folder: string) {
    if (this.denied.has(folder)) throw this.#denial(folder);
    return super.names(folder);
  }

  #denial(path: string): Error {
    return Object.assign(new Error(`EACCES: permission denied, open '${path}'`), { code: 'EACCES' });
  }
}

/** A folder on such a disk. */
export async function denying(questions: Questions): Promise<{ scene: Scene; disk: DenyingDisk }> {
  const disks: DenyingDisk[] = [];
  const disk = (root: string) => {
    const made = new DenyingDisk(root);
    disks.push(made);
    return made;
  };
  const files = { 'a.txt': 'a', 'b.txt': 'b', 'lib/x.txt': 'x' };
  const scene = await Scene.with(files, questions, { disk, now: longAfter });
  return { scene, disk: disks[0] as DenyingDisk };
}
