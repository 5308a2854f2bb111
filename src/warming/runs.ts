import type { RunCause } from '../protocol/outlook.ts';
import type { WarmReport } from './job.ts';

interface WarmRun {
  readonly cause: RunCause;
  /** When it ended, milliseconds since the epoch. */
  readonly at: number;
  readonly report: WarmReport;
}

interface RunCounts {
  runs: number;
  cancelled: number;
  /** Analyses and keys. */
  computed: number;
  hits: number;
  refused: number;
  ms: number;
}

/** The runs since the process started, counted by cause, and the last one. */
export class WarmRuns {
  readonly byCause: Readonly<Record<RunCause, RunCounts>> = {
    startup: none(),
    schedule: none(),
    idle: none(),
    asked: none(),
  };
  last: WarmRun | undefined;
  /** Who joins a run gets its report too: it is counted for who began it. */
  readonly #counted = new WeakSet<WarmReport>();

  ended(cause: RunCause, report: WarmReport, at: number): void {
    if (this.#counted.has(report)) return;
    this.#counted.add(report);
    this.last = { cause, at, report };
    const counts = this.byCause[cause];
    counts.runs++;
    if (report.cancelled) counts.cancelled++;
    counts.computed += report.computed;
    counts.hits += report.hits;
    counts.refused += report.refused;
    counts.ms += report.ms;
  }
}

function none(): RunCounts {
  return { runs: 0, cancelled: 0, computed: 0, hits: 0, refused: 0, ms: 0 };
}
