/** A question to a model as matching sees it. */
export interface Question {
  readonly namespace: string;
  /** Who asks: whose policy says what is matched. */
  readonly agent: string;
  /** Of everything else that must be equal: the whole request less the last text of the user, and who asks. */
  readonly fingerprint: string;
  /** The last text of the user. */
  readonly text: string;
}

/** How a similar question was found. */
type MatchedBy = 'near-duplicate' | 'embedding';

/** Why a similar question's answer is not served. */
export type Refusal = 'below-threshold' | 'gate' | 'marked-wrong' | 'no-embedder';

interface Candidate {
  /** Under which the answer is stored. */
  readonly key: string;
  readonly text: string;
  /** 0 to 1. */
  readonly similarity: number;
}

export interface Match extends Candidate {
  readonly by: MatchedBy;
  /** Names this match when a person says that it was wrong. */
  readonly id: string;
}

export interface Suggestion extends Candidate {
  readonly refused: Refusal;
  /** What the gate saw: `"enable" became "disable"`. */
  readonly detail?: string;
}

export interface Matched {
  /** What may be served; its entry still has to be there and to verify. */
  readonly match?: Match;
  /** Most similar first; a few. */
  readonly suggestions: readonly Suggestion[];
}

/** Finds answers to similar questions where no exact one is stored. */
export interface Matcher {
  /** Never rejects: what failed is counted, and nothing matches. */
  find(question: Question, signal?: AbortSignal): Promise<Matched>;
  /** The answer to the question was stored under the key. */
  add(question: Question, key: string): void;
  /** The entry is gone. */
  remove(key: string): void;
}
