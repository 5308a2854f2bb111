import type { Level } from '../protocol.ts';

/** A question that was answered, as whoever took it for somebody tells it. */
export interface Asked {
  readonly key: string;
  readonly namespace: string;
  /** The agent's name as policies have it; undefined when nobody said. */
  readonly agent: string | undefined;
  /** What was asked for: `outline`, or the name of a tool; undefined for a plain read of a key. */
  readonly tool: string | undefined;
  readonly hit: boolean;
  /** Where a hit came from. */
  readonly level: Level | undefined;
  /** From asking to answering. */
  readonly ms: number;
  /** Measured cost of the computation that a hit replaced; undefined when it was not measured. */
  readonly saved: Avoided | undefined;
  /** The model that a hit made unnecessary to ask. */
  readonly model?: string;
}

/** What was measured of a computation; the rest is absent, which is unknown and not 0. */
interface Avoided {
  readonly ms: number;
  readonly tokens?: { readonly input: number; readonly output: number };
  /** By the list prices of the provider. */
  readonly money?: { readonly amount: number; readonly currency: 'USD' };
}
