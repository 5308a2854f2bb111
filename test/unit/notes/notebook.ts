import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { createSanitiser, type Sanitiser } from '../../../src/cache/sensitive/sanitiser.ts';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import { OverlayDisk } from '../../../src/freshness/overlay-disk.ts';
import { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import type { Limits } from '../../../src/notes/limits.ts';
import { noteStates, type OpenNotesOptions, openNotes } from '../../../src/notes/open.ts';
import { Witness } from '../../support/witness.ts';
import { temporaryFolder, write } from '../../support/workspace.ts';
import { buildWorker } from '../sensitive/built-worker.ts';
import { temporaryFolder as buildFolder } from '../stores/worker.ts';

/** The scanner as it is shipped, for the tests of one file. */
export function realSanitiser(): { readonly get: () => Sanitiser } {
  let folder: Awaited<ReturnType<typeof buildFolder>>;
  let sanitiser: Sanitiser;
  beforeAll(async () => {
    folder = await buildFolder();
    const { worker } = await buildWorker(folder.folder);
    sanitiser = createSanitiser({ worker, onProblem: () => {} });
  });
  afterAll(async () => {
    await sanitiser.close();
    await folder.remove();
  });
  return { get: () => sanitiser };
}

/** Notes and sessions over real folders: a workspace with the given files, and a storage. */
export function notebook(
  files: Record<string, string>,
  options: Pick<OpenNotesOptions, 'sanitiser'> &
    Partial<Omit<OpenNotesOptions, 'limits'>> & { limits?: Partial<Limits> },
) {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) write(root, path, text);
  const storage = options.storage ?? temporaryFolder();
  const unsaved = new OverlayDisk(new FolderDisk(root));
  const workspace = new WorkspaceCache({
    disk: unsaved,
    observer: new Witness(),
    facts: { env: () => undefined, setting: () => undefined, topics: noteStates(storage) },
  });
  const problems: string[] = [];
  const open = () =>
    openNotes({
      workspace,
      problem: ({ message }) => problems.push(message),
      ...options,
      storage,
      limits: () => options.limits ?? {},
    });
  return {
    ...open(),
    /** Another process on the same storage, as far as one can tell here. */
    open,
    root,
    storage,
    workspace,
    unsaved,
    problems,
    write: (path: string, text: string) => write(root, path, text),
    remove: (path: string) => rmSync(join(root, path), { recursive: true }),
  };
}
