import { heapPercent } from '../cache/pressure.ts';
import type { Stamp } from '../freshness/stamp.ts';
import type { WorkspaceCache } from '../freshness/workspace-cache.ts';
import type { Figures } from '../insight/alerts/metrics.ts';
import type { Recorder } from '../insight/recorder.ts';
import type { LevelStates } from '../insight/snapshot.ts';
import { isFailing } from '../insight/snapshot.ts';

/** The file level is asked for its size this often, ms. */
const SIZE_EVERY_MS = 30_000;
/** Times of computing are forgotten when nothing was computed for so long, ms. */
const COMPUTED_MS = 60_000;

/** What of the engine alerts are about. */
export interface Watched {
  readonly workspace: WorkspaceCache;
  readonly recorder: Recorder<Stamp>;
  readonly shared: () => LevelStates['shared'];
  /** The size of the file level and its bound; undefined when there is none. */
  readonly file: { size(): Promise<{ readonly bytes: number }>; readonly maxBytes: number } | undefined;
}

/** What alerts watch, taken from the counters of the engine; costs next to nothing for what no rule reads. */
export class AlertFigures {
  readonly #watched: Watched;
  readonly #problem: (error: Error) => void;
  #disk: { readonly at: number; readonly part: number | undefined } | undefined;
  #computed = { misses: 0, at: Number.NEGATIVE_INFINITY };

  constructor(watched: Watched, problem: (error: Error) => void) {
    this.#watched = watched;
    this.#problem = problem;
  }

  read(now: number): Figures {
    const { workspace, recorder, shared } = this.#watched;
    const namespaces = new Map<string, Figures['asks']>();
    const asks = { hits: 0, misses: 0 };
    let evictions = 0;
    for (const namespace of workspace.cache.namespaces) {
      const hits = namespace.memoryHits + namespace.fileHits + namespace.sharedHits;
      const { misses } = namespace;
      namespaces.set(namespace.name, { hits, misses });
      asks.hits += hits;
      asks.misses += misses;
      evictions += namespace.evictions;
    }
    if (asks.misses !== this.#computed.misses) this.#computed = { misses: asks.misses, at: now };
    const latency = () => (now - this.#computed.at < COMPUTED_MS ? recorder.computeMs?.p99 : undefined);
    const disk = () => this.#diskPart(now);
    const errors = (level: string) => recorder.problems.get(level)?.count ?? 0;
    const failing = new Set<string>();
    if (isFailing(recorder, 'file', now)) failing.add('file');
    const connection = shared();
    if (connection && (connection.state !== 'up' || isFailing(recorder, 'shared', now)))
      failing.add('shared');
    return {
      asks,
      namespaces,
      memory: heapPercent() / 100,
      get disk() {
        return disk();
      },
      errors: { memory: errors('memory'), file: errors('file'), shared: errors('shared') },
      failing,
      get latency() {
        return latency();
      },
      evictions,
      missReasons: recorder.missReasons,
    };
  }

  /** As it was when it was asked last: the file level answers later. */
  #diskPart(now: number): number | undefined {
    const { file } = this.#watched;
    if (!file) return undefined;
    if (!this.#disk || now - this.#disk.at >= SIZE_EVERY_MS) {
      this.#disk = { at: now, part: this.#disk?.part };
      file.size().then(
        ({ bytes }) => {
          this.#disk = { at: now, part: bytes / file.maxBytes };
        },
        (error: Error) => this.#problem(error),
      );
    }
    return this.#disk.part;
  }
}
