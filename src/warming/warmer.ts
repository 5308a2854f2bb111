import { AnalysisError } from '../analysis/analysis.ts';
import type { AnalysisRunner } from '../analysis/runner.ts';
import { Slices } from '../cache/slices.ts';
import type { FileId } from '../freshness/context.ts';
import type { WarmState } from '../protocol.ts';
import { type FileFilter, workspaceFiles } from './workspace-files.ts';

export interface WarmReport {
  readonly files: number;
  readonly hits: number;
  readonly computed: number;
  /** Files that an analysis refused, with the first few reasons. */
  readonly refused: number;
  readonly reasons: readonly string[];
  readonly ms: number;
  readonly cancelled: boolean;
}

/** Files in work at a time: enough to keep the parser's thread busy, few enough to stay in the background. */
const AT_ONCE = 4;
const MOST_REASONS = 5;

/** Asks the per-file analyses of every file before anyone else does. */
export class Warmer {
  readonly #runner: AnalysisRunner;
  readonly #root: string;
  readonly #analyses: readonly string[];
  readonly #filter: () => FileFilter;
  readonly #progress: () => void;
  #state: WarmState = { state: 'idle' };
  #running: { readonly report: Promise<WarmReport>; readonly controller: AbortController } | undefined;

  constructor(
    runner: AnalysisRunner,
    root: string,
    analyses: readonly string[],
    filter: () => FileFilter,
    progress: () => void,
  ) {
    this.#runner = runner;
    this.#root = root;
    this.#analyses = analyses;
    this.#filter = filter;
    this.#progress = progress;
  }

  get state(): WarmState {
    return this.#state;
  }

  /** Joins the run that is under way, if any. */
  warm(): Promise<WarmReport> {
    if (!this.#running) {
      const controller = new AbortController();
      const report = this.#run(controller.signal).finally(() => {
        this.#running = undefined;
        this.#state = { state: 'idle' };
        this.#progress();
      });
      this.#running = { report, controller };
    }
    return this.#running.report;
  }

  cancel(): void {
    this.#running?.controller.abort();
  }

  async #run(signal: AbortSignal): Promise<WarmReport> {
    const began = performance.now();
    const counts = { files: 0, hits: 0, computed: 0, refused: 0 };
    const reasons: string[] = [];
    const files = await this.#list(signal);
    let done = 0;
    let next = 0;
    const slices = new Slices();
    const work = async () => {
      for (let file = files[next++]; file !== undefined && !signal.aborted; file = files[next++]) {
        for (const analysis of this.#analyses) await this.#ask(analysis, file, signal, counts, reasons);
        counts.files++;
        this.#state = { state: 'running', done: ++done, total: files.length };
        this.#progress();
        if (slices.due) await slices.pause();
      }
    };
    this.#state = { state: 'running', done, total: files.length };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { ...counts, reasons, ms: performance.now() - began, cancelled: signal.aborted };
  }

  async #list(signal: AbortSignal): Promise<FileId[]> {
    const files: FileId[] = [];
    try {
      for await (const file of workspaceFiles(this.#root, this.#filter(), signal)) files.push(file);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return files;
  }

  async #ask(
    analysis: string,
    path: FileId,
    signal: AbortSignal,
    counts: { hits: number; computed: number; refused: number },
    reasons: string[],
  ): Promise<void> {
    try {
      const { hit } = await this.#runner.run(analysis, { path }, { signal, ahead: true });
      if (hit) counts.hits++;
      else counts.computed++;
    } catch (error) {
      if (signal.aborted) return;
      counts.refused++;
      const text =
        error instanceof AnalysisError ? error.message : `${analysis} of ${path}: ${String(error)}`;
      if (reasons.length < MOST_REASONS) reasons.push(text);
    }
  }
}
