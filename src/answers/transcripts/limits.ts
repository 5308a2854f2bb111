/** What reading transcripts is bounded by; of each agent unless it says otherwise. */
export interface TranscriptLimits {
  /** Files, the newest; what is older is not opened. */
  readonly files: number;
  /** Requests, after which no further file is read; the newest files are read first. */
  readonly requests: number;
  /** Rows that are handed on, of all agents; the figures in total are of all rows. */
  readonly rows: number;
  /** What was read is good for so long, ms. */
  readonly freshMs: number;
}

export const TRANSCRIPT_LIMITS: TranscriptLimits = {
  files: 1000,
  requests: 50_000,
  rows: 200,
  freshMs: 10_000,
};
