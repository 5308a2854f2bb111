import { join } from 'node:path';
import type { FileId } from '../context.ts';
import type { Dependency } from '../dependency.ts';
import { FolderDisk } from '../disk.ts';
import { WatchCheck, type WatchCheckParts, type WatchState } from '../watch-check.ts';
import type { WorkspaceCache } from '../workspace-cache.ts';
import { FingerprintIndex } from './fingerprint-index.ts';
import { OffThread } from './off-thread.ts';
import { StatsAhead } from './stats-ahead.ts';

const FILE = 'fingerprints.bin';
const EVERY_MS = 30_000;

interface FileKnowledgeOptions {
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** Path of the bundled worker. */
  readonly worker: string;
  /** Folder of the index; absent, what is known ends with the process. */
  readonly storage?: string;
  readonly mostPaths?: number | undefined;
  readonly watcher?: WatchCheckParts['watcher'] | undefined;
  /** Between two rounds of the watch check, ms; 30,000 unless given. */
  readonly everyMs?: (() => number) | undefined;
  readonly problem: (error: Error) => void;
}

/**
 * What is known of the files of a folder, from one process to the next and while no watcher tells:
 * the disk with its worker, the index and the watch check, put together for one workspace cache.
 */
export class FileKnowledge {
  /** For the cache to read through, below whatever lies over the disk. */
  readonly disk: StatsAhead;
  readonly #options: FileKnowledgeOptions;
  readonly #folder: FolderDisk;
  readonly #offThread: OffThread;
  #index: FingerprintIndex | undefined;
  #check: WatchCheck | undefined;
  #closed = false;

  constructor(options: FileKnowledgeOptions) {
    const { root, worker, problem } = options;
    this.#options = options;
    this.#folder = new FolderDisk(root);
    this.#offThread = new OffThread({ root, worker, disk: this.#folder, problem });
    this.disk = new StatsAhead(this.#folder, this.#offThread);
  }

  /** Undefined before the check began. */
  get watch(): WatchState | undefined {
    return this.#check?.state;
  }

  /** Takes up what was known; hints wait until the entries of earlier sessions are `listed`. Never rejects. */
  async start(workspace: WorkspaceCache, listed: Promise<void>): Promise<void> {
    const { root, storage, problem, mostPaths, watcher, everyMs = () => EVERY_MS } = this.#options;
    const { fingerprints } = workspace;
    fingerprints.ahead = this.disk;
    this.#check = new WatchCheck({
      inputs: () => inputsOf(workspace),
      fingerprints,
      hint: (path) => workspace.hint(path),
      settled: () => workspace.settled(),
      problem,
      everyMs,
      ...(watcher && { watcher }),
    });
    if (storage !== undefined) {
      const hint = (paths: readonly FileId[]) => {
        if (!this.#closed) for (const path of paths) workspace.hint(path);
      };
      this.#index = new FingerprintIndex(fingerprints, {
        file: join(storage, FILE),
        root,
        disk: this.#folder,
        offThread: this.#offThread,
        moved: (paths) => void listed.then(() => hint(paths)),
        problem,
        ...(mostPaths !== undefined && { mostPaths }),
      });
      await this.#index.load();
    }
    await listed;
    if (!this.#closed) this.#check.start();
  }

  /** Checks the files at once, as after a suspend. Never rejects. */
  async heal(): Promise<void> {
    await this.#check?.heal();
  }

  /** Writes down what is known. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#check?.close();
    await this.#index?.close();
    this.#offThread.close();
  }
}

function* inputsOf(workspace: WorkspaceCache): Generator<Dependency> {
  for (const { stamp } of workspace.cache.entries()) yield* stamp.dependencies;
}
