/** Agents whose own transcripts on this machine can be read. */
export const TRANSCRIPT_AGENTS = ['claude-code', 'codex', 'copilot-chat', 'cline'] as const;
export type TranscriptAgent = (typeof TRANSCRIPT_AGENTS)[number];

/** Tokens as a provider counted them; absent is unknown and not 0. */
export interface ProviderTokens {
  /** Neither read from nor written to the provider's cache. */
  readonly input?: number;
  readonly read?: number;
  readonly write5m?: number;
  readonly write1h?: number;
  readonly output?: number;
}

export interface ProviderBreak {
  readonly at: number;
  /** Likely cause, a sentence. */
  readonly cause: string;
  /** Tokens that had to be written or sent again. */
  readonly tokens: number;
}

/** Requests of one session to one model. */
export interface ProviderRow {
  readonly agent: TranscriptAgent;
  readonly session: string;
  /** As the agent has it; absent, it has none. */
  readonly title?: string;
  readonly model: string;
  readonly startedAt: number;
  readonly lastAt: number;
  readonly requests: number;
  readonly tokens: ProviderTokens;
  /** read ÷ (input + read + write), 0 to 1; absent is unknown. */
  readonly hitRate?: number;
  /** What reading from the cache saved less what writing to it cost more, USD; absent is unknown. */
  readonly savedUsd?: number;
  /** Where the cache no longer had what it had before, newest first; a few. */
  readonly breaks: readonly ProviderBreak[];
}

export interface ProviderSource {
  readonly agent: TranscriptAgent;
  readonly state: 'read' | 'none' | 'off' | 'failed';
  readonly files: number;
  /** Rows that were not understood. */
  readonly skipped: number;
  readonly problem?: string;
}

export interface ProviderData {
  /** Off until a person agrees. */
  readonly state: 'off' | 'reading' | 'ready';
  readonly sources: readonly ProviderSource[];
  /** Newest first, bounded. */
  readonly rows: readonly ProviderRow[];
  /** Rows that there are beyond those listed. */
  readonly more: number;
  readonly total: { readonly tokens: ProviderTokens; readonly hitRate?: number; readonly savedUsd?: number };
  readonly assumptions: readonly string[];
}
