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
  /** Validates what callers outside send. */
  readonly params: z.ZodType<P>;
  /** Id parts of the key, beside name and version. */
  id(params: P): string;
  /** The parameters that {@link id} made it of. */
  paramsOf(id: string): P;
  run(params: P, context: ComputeContext): Promise<R>;
}

/** What was asked cannot be answered, in one sentence for the caller: what was wrong and what to do. */
export class AnalysisError extends Error {
  override readonly name = 'AnalysisError';
}
