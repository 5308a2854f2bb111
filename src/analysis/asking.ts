import { makeKey } from '../cache/key.ts';
import type { ComputeContext } from '../freshness/context.ts';
import { type Analysis, AnalysisError, GivenUpError, type Refusal } from './analysis.ts';

export function keyOf<P>(analysis: Analysis<P, unknown>, params: P): string {
  return makeKey('analysis', analysis.name, String(analysis.version), analysis.id(params));
}

/** What is kept for an analysis; rejects only with what would not be the same the next time. */
export async function answerOf<P, R>(
  analysis: Analysis<P, R>,
  params: P,
  context: ComputeContext,
): Promise<R | Refusal> {
  try {
    return await analysis.run(params, context, (other, given) =>
      context.entry(keyOf(other, given), (inner) => answerOf(other, given, inner)),
    );
  } catch (error) {
    if (!(error instanceof AnalysisError) || error instanceof GivenUpError) throw error;
    return { refused: error.message };
  }
}
