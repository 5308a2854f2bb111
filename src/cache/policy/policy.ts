import type { EvictionName } from '../eviction/create-eviction.ts';

/** Where entries are stored, in the order in which they are asked. */
export const LEVELS = ['memory', 'file', 'shared'] as const;
export type Level = (typeof LEVELS)[number];

/**
 * When the levels below memory learn of a stored value. `through`: at once. `back`: within the
 * write-back interval, when it leaves memory, or at a flush; a killed process loses the writes since.
 * `around`: at once, and memory only gets it when it is read.
 */
type WritePolicy = 'through' | 'back' | 'around';

/** What every entry of a namespace is subject to. */
export interface Policy {
  /** Switched off, every read computes and nothing is stored. */
  readonly enabled: boolean;
  /** Milliseconds an entry may be served after it was stored; 0 is no limit. */
  readonly ttlMs: number;
  /** Whether every hit begins the lifetime anew. */
  readonly sliding: boolean;
  /** Room of its own on the memory level; absent, the namespace shares the common room. */
  readonly memory?: { readonly entries: number; readonly bytes: number; readonly eviction: EvictionName };
  readonly levels: readonly Level[];
  readonly write: WritePolicy;
  /** What the namespace should reach; for advice, never enforced. */
  readonly targets?: { readonly hitRate?: number; readonly latencyMs?: number };
  /** Whether the optimiser may act for the namespace while it is below its target. */
  readonly optimise: boolean;
  /** What happens to a value with secrets before it leaves memory: nothing, they are redacted, or it stays. */
  readonly sensitivity: 'none' | 'redact' | 'refuse';
  /** Which of a request's parameters make the key; absent, all do. */
  readonly keyParams?: { readonly only: readonly string[] } | { readonly ignore: readonly string[] };
  /**
   * What a hit rests on. `verified`: its inputs are looked at in every read. `watched`: at a hit in
   * memory the watcher's word is taken that they have not changed, while it is known to be awake.
   */
  readonly freshness: 'verified' | 'watched';
  /** Results kept per key, for different states of its inputs. */
  readonly variants: number;
  /** How a key is matched. */
  readonly strategy: 'exact' | 'semantic' | 'none';
  /**
   * How similar, from 0 to 1, a question must be for its answer to be served to another one; there where
   * the strategy is `semantic`.
   */
  readonly similarity?: number;
  /** Whether answers of models are kept that another call would give otherwise: temperature above 0, or none said. */
  readonly sampled: boolean;
}
