import { homedir } from 'node:os';
import type { SavedByCache } from '../answers/transcripts/figures.ts';
import { TRANSCRIPT_LIMITS, type TranscriptLimits } from '../answers/transcripts/limits.ts';
import { Transcripts } from '../answers/transcripts/transcripts.ts';
import { type ProviderData, TRANSCRIPT_AGENTS, type TranscriptAgent } from '../protocol/provider.ts';
import type { TranscriptOptions } from './options.ts';

/** A question waits so long for the first reading, ms, unless it says otherwise. */
const PATIENCE_MS = 1000;

/** Of every agent, of the user of this process. */
export const ALL_TRANSCRIPTS: TranscriptOptions = { agents: () => TRANSCRIPT_AGENTS };

interface Parts {
  /** Absent, nothing is ever read. */
  readonly options: TranscriptOptions | undefined;
  readonly problem: (error: Error) => void;
  /** Absent, savings are unknown. */
  readonly saved?: SavedByCache;
  /** Asked each time. */
  readonly limits?: () => TranscriptLimits;
  readonly now?: () => number;
}

/** What agents' transcripts tell of their providers' caches: read when somebody asks, if a person agreed. */
export class ProviderCache {
  readonly #parts: Parts;
  readonly #now: () => number;
  #transcripts: Transcripts | undefined;
  #agents = '';
  #last: ProviderData | undefined;
  #lookedAt = 0;
  /** Under way for the agents that are wanted now. */
  #looking: Promise<void> | undefined;
  /** Settles when nothing is under way, what was aborted included. */
  #settled: Promise<void> = Promise.resolve();
  #abort = new AbortController();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
  }

  /** What is known, and is read anew for the next question when it is old; the first one waits for a while. */
  async data(patienceMs = PATIENCE_MS): Promise<ProviderData> {
    const agents = this.#parts.options?.agents() ?? [];
    if (agents.join() !== this.#agents) this.#forget(agents.join());
    if (agents.length === 0) return withoutRows('off');
    if (!this.#looking && (!this.#last || this.#now() - this.#lookedAt >= this.#limits.freshMs))
      this.#look(agents);
    if (!this.#last && this.#looking) await atMost(this.#looking, patienceMs);
    return this.#last ?? withoutRows('reading', agents);
  }

  get #limits(): TranscriptLimits {
    return this.#parts.limits?.() ?? TRANSCRIPT_LIMITS;
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#settled;
  }

  /** What was read before a person thought otherwise. */
  #forget(agents: string): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#agents = agents;
    this.#looking = undefined;
    this.#transcripts = undefined;
    this.#last = undefined;
  }

  #look(agents: readonly TranscriptAgent[]): void {
    const { signal } = this.#abort;
    if (signal.aborted) return;
    const looking = this.#settled
      .then(() => this.#read(agents, signal))
      .finally(() => {
        if (this.#looking === looking) this.#looking = undefined;
      });
    this.#looking = looking;
    this.#settled = looking;
  }

  async #read(agents: readonly TranscriptAgent[], signal: AbortSignal): Promise<void> {
    const { options, problem } = this.#parts;
    if (signal.aborted) return;
    try {
      this.#transcripts ??= new Transcripts({
        home: homedir(),
        platform: process.platform,
        env: process.env,
        ...options?.machine,
      });
      const { data } = await this.#transcripts.look(agents, signal, this.#saved(), this.#limits);
      signal.throwIfAborted();
      this.#last = data;
      this.#lookedAt = this.#now();
    } catch (error) {
      if (!signal.aborted) problem(error as Error);
    }
  }

  /** Savings that cannot be found out are unknown; why is told once for all of a reading. */
  #saved(): SavedByCache | undefined {
    const { saved, problem } = this.#parts;
    let told = false;
    return (
      saved &&
      ((...asked) =>
        saved(...asked).catch((error: Error) => {
          if (!told) problem(error);
          told = true;
          return undefined;
        }))
    );
  }
}

function withoutRows(state: 'off' | 'reading', agents: readonly TranscriptAgent[] = []): ProviderData {
  const sources = TRANSCRIPT_AGENTS.map((agent) => {
    return { agent, state: agents.includes(agent) ? 'none' : 'off', files: 0, skipped: 0 } as const;
  });
  return { state, sources, rows: [], more: 0, total: { tokens: {} }, assumptions: [] };
}

async function atMost(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms).unref();
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}
