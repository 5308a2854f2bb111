import type { SavedRow } from './savings.ts';

/** One request to a model that came through the proxy. */
export interface AnswerRow {
  readonly at: number;
  readonly key: string;
  readonly agent: string;
  readonly model: string;
  /** `similar` was answered with the answer to a similar question. */
  readonly status: 'hit' | 'similar' | 'miss' | 'joined' | 'bypassed' | 'failed';
  /** First part of the last text of the user, sanitised; absent where prompts are not shown. */
  readonly question?: string;
  /** Why it missed, was bypassed or failed, in a sentence. */
  readonly reason?: string;
  readonly ms: number;
  readonly tokens?: { readonly input: number; readonly output: number };
}

export const MATCH_MARKS = ['wrong', 'right'] as const;
/** What a person says of an answer to a similar question. */
export type MatchMark = (typeof MATCH_MARKS)[number];

/** A question that resembled another one, and what became of it. */
export interface MatchRow {
  readonly id: string;
  readonly at: number;
  readonly asked: string;
  readonly found: string;
  /** Under which the answer found is stored. */
  readonly key: string;
  readonly similarity: number;
  readonly by: 'near-duplicate' | 'embedding';
  readonly outcome: 'served' | 'below-threshold' | 'gate' | 'marked-wrong' | 'no-embedder';
  readonly detail?: string;
  readonly marked?: MatchMark;
}

/** No server has the doors of the proxy. */
export interface ClosedDoors {
  /** Why, and what to do, in whole sentences. */
  readonly reason: string;
  /** The setting that opens them; absent where they open by themselves, or no setting helps. */
  readonly setting?: string;
}

export interface AnswersData {
  /** Off until a person switches it on. */
  readonly proxy: 'on' | 'off';
  /** Where agents send requests to, by provider; empty while the proxy is off. */
  readonly doors: readonly { readonly provider: string; readonly url: string; readonly upstream: string }[];
  /** Why there are none although the proxy is on. */
  readonly closed?: ClosedDoors;
  /** Since the window opened. */
  readonly counts: {
    readonly requests: number;
    readonly hits: number;
    readonly similar: number;
    readonly joined: number;
    readonly misses: number;
    readonly bypassed: number;
    readonly failed: number;
  };
  /** Answers kept, and what they take. */
  readonly stored: { readonly entries: number; readonly bytes: number };
  /** Of the namespace `response`: whether similar questions are looked for, where no agent has a policy of its own. */
  readonly strategy: 'exact' | 'semantic' | 'none';
  readonly matching: {
    readonly questions: number;
    /** The model that embeds; absent, only near-duplicates are served. */
    readonly embedder?: string;
    readonly problem?: string;
  };
  /** What hits avoided, by model, in the last 30 days. */
  readonly models: readonly SavedRow[];
  /** Newest first. */
  readonly recent: readonly AnswerRow[];
  readonly matches: readonly MatchRow[];
}
