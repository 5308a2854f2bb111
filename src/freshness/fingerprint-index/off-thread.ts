import { Slices } from '../../cache/slices.ts';
import type { FileId } from '../context.ts';
import type { Disk } from '../disk.ts';
import { FingerprintThread } from './fingerprint-thread.ts';
import { glanceAt, ROW, writeRow } from './stat-rows.ts';
import type { CheckedPart, CheckTask } from './worker-protocol.ts';

/** Paths that the worker is asked for at once. */
const BATCH = 4096;
/** Fewer are looked at on this thread: that is over before an answer could be here. */
const FEW = 256;
/** A worker that ended by a fault is not started again for so long, ms. */
const COOL_DOWN = 60_000;

export interface OffThreadOptions {
  /** Path of the bundled worker; absent, everything is done on this thread. */
  readonly worker?: string;
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** For what the worker does not do: the same folder. */
  readonly disk: Pick<Disk, 'stat'>;
  /** How long the worker may give no sign of life, ms; 15,000 unless given. */
  readonly timeoutMs?: number;
  /** Idle for so long, ms, it ends; 60,000 unless given. */
  readonly idleMs?: number;
  readonly problem: (error: Error) => void;
}

/**
 * Looks at many paths off this thread. The worker starts with the first need; while there is none, or
 * when it failed, the work is done here in slices.
 */
export class OffThread {
  readonly #options: OffThreadOptions;
  #thread: FingerprintThread | undefined;
  #notBefore = 0;
  #closed = false;

  constructor(options: OffThreadOptions) {
    this.#options = options;
  }

  /** Whether a worker is there and has begun to work. */
  get ready(): boolean {
    return this.#thread?.ready ?? false;
  }

  /** Rows of stats, each taken after the call, see `stat-rows.ts`. Never rejects. */
  readonly stat = async (paths: readonly FileId[]): Promise<Float64Array> => {
    const rows = new Float64Array(paths.length * ROW);
    for (let from = 0; from < paths.length; from += BATCH) {
      const some = paths.slice(from, from + BATCH);
      rows.set(await this.#stat(some), from * ROW);
    }
    return rows;
  };

  /** Works on the task until no block is left; false when there is no worker, or it failed on the way. */
  async check(task: CheckTask, part: (part: CheckedPart) => void): Promise<boolean> {
    try {
      const thread = this.#running();
      await thread?.check(task, part);
      return thread !== undefined;
    } catch {
      return false; // told when the thread ended
    }
  }

  close(): void {
    this.#closed = true;
    this.#thread?.close();
  }

  async #stat(paths: readonly FileId[]): Promise<Float64Array> {
    const thread = paths.length > FEW ? this.#running() : undefined;
    if (thread) {
      const rows = await thread.stat(paths).catch(() => undefined); // told when the thread ended
      if (rows) return rows;
    }
    const rows = new Float64Array(paths.length * ROW);
    const slices = new Slices();
    for (const [index, path] of paths.entries()) {
      if (slices.due) await slices.pause();
      writeRow(rows, index, glanceAt(this.#options.disk, path));
    }
    return rows;
  }

  #running(): FingerprintThread | undefined {
    const { worker, root, timeoutMs = 15_000, idleMs = 60_000 } = this.#options;
    if (this.#thread || this.#closed || worker === undefined) return this.#thread;
    if (performance.now() < this.#notBefore) return undefined;
    try {
      const thread = new FingerprintThread({
        worker,
        root,
        timeoutMs,
        idleMs,
        ended: (error) => {
          if (this.#thread === thread) this.#thread = undefined;
          if (error) this.#failed(error);
        },
      });
      this.#thread = thread;
    } catch (error) {
      this.#failed(error as Error);
    }
    return this.#thread;
  }

  #failed(error: Error): void {
    this.#notBefore = performance.now() + COOL_DOWN;
    const message = `Files are looked at on the main thread for a while: the worker ended (${error.message}).`;
    this.#options.problem(new Error(message, { cause: error }));
  }
}
