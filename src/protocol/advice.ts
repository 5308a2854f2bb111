export type AdviceKind =
  | 'size'
  | 'ttl'
  | 'key-variance'
  | 'churn'
  | 'low-value'
  | 'stale'
  | 'largest'
  | 'level';

/** A change of one setting. */
export interface SettingChange {
  readonly setting: string;
  /** JSON; absent when it was not set. */
  readonly from?: unknown;
  readonly to: unknown;
  /** As a person reads it: `memory.maxEntries: 50,000 → 80,000`. */
  readonly text: string;
}

export interface AdviceItem {
  readonly id: string;
  readonly kind: AdviceKind;
  readonly namespace?: string;
  /** One line. */
  readonly title: string;
  readonly text: string;
  /** Measured facts, a sentence each. */
  readonly evidence: readonly string[];
  /** What one click changes. */
  readonly change?: SettingChange;
  /** What one click invalidates instead: keys, the first 1,000. */
  readonly keys?: readonly string[];
  readonly state: 'open' | 'applied';
}

/** Share of reads that would miss, by the size of the memory level; from a sample of the reads. */
export interface MissRatioCurve {
  readonly points: readonly { readonly bytes: number; readonly missRatio: number }[];
  readonly now: { readonly bytes: number };
  readonly advised?: { readonly bytes: number };
  /** Reads that the curve rests on, and keys that were followed. */
  readonly reads: number;
  readonly sampled: number;
}

/** What the optimiser, or a person, did upon advice; newest first. */
export interface AdviceAction {
  readonly id: string;
  readonly at: number;
  readonly by: 'person' | 'optimiser';
  readonly text: string;
  readonly why: string;
  readonly reverted: boolean;
}

export interface AdviceData {
  readonly items: readonly AdviceItem[];
  readonly curve?: MissRatioCurve;
  readonly actions: readonly AdviceAction[];
  /** Why there is none, in one sentence, when there is none: too few reads as a rule. */
  readonly none?: string;
}
