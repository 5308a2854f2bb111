export const PERIODS = ['today', '7d', '30d', 'all'] as const;
export type Period = (typeof PERIODS)[number];

/** What hits avoided. What was not measured is absent, which is unknown and not 0. */
export interface Saved {
  /** Answers that needed no computation. */
  readonly calls: number;
  /** Of them, those whose computation was measured when it ran. */
  readonly measured: number;
  readonly ms?: number;
  /** Of the calls, those that stood in for a call of a model; absent, none did. */
  readonly modelCalls?: number;
  /** Of these, those whose tokens are known, and those whose price is. */
  readonly counted?: number;
  readonly priced?: number;
  readonly tokens?: { readonly input: number; readonly output: number };
  readonly money?: { readonly amount: number; readonly currency: 'USD' };
}

export interface SavedRow extends Saved {
  /** A namespace, an agent, a model; `''` is unknown. */
  readonly name: string;
}

export interface SavingsData {
  readonly period: Period;
  /** Beginning of what is counted; later than the period's where nothing older is kept. */
  readonly since: number;
  readonly total: Saved;
  readonly namespaces: readonly SavedRow[];
  readonly agents: readonly SavedRow[];
  readonly models: readonly SavedRow[];
  /** Oldest first. */
  readonly days: readonly { readonly t: number; readonly calls: number; readonly ms?: number }[];
  /** What the figures rest on, a sentence each. */
  readonly assumptions: readonly string[];
}
