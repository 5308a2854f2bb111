import type * as z from 'zod';
import type { ComputeContext } from '../freshness/context.ts';

/**
 * A question about the workspace whose answer is worth keeping. `run` is pure but for the context:
 * equal answers from the context give an equal result.
 */
export interface Analysis<P, R> {
  /** Lower-case, as in `/api/v1/analysis/{name}`. */
  readonly name: string;
  /** Raised whenever the same inputs give another result; part of the key. */
  readonly version: number;
  /** Only other analyses ask it. */
  readonly hidden?: boolean;
  /** Validates what callers outside send. */
  readonly params: z.ZodType<P>;
  /** Id parts of the key, beside name and version. */
  id(params: P): string;
  /** The parameters that {@link id} made it of. */
  paramsOf(id: string): P;
  run(params: P, context: ComputeContext, ask: Ask): Promise<R>;
}

/** Why there is no answer; kept like one, as it rests on the same inputs. */
export interface Refusal {
  readonly refused: string;
}

/** Asks another analysis, whose answer becomes a dependency by its value. */
export type Ask = <P, R>(analysis: Analysis<P, R>, params: P) => Promise<R | Refusal>;

export function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'refused' in answer;
}

/** What was asked cannot be answered, in one sentence for the caller: what was wrong and what to do. */
export class AnalysisError extends Error {
  override readonly name = 'AnalysisError';
}

/** The same for what may be answered when it is asked again: nothing is kept. */
export class GivenUpError extends AnalysisError {}
