import { type Analysis, type Ask, GivenUpError, isRefusal } from './analysis.ts';

/**
 * The answer for one file of many: undefined when it is refused or was given up, so that the others
 * are not lost with it. The context knows of what was given up, and what is made without it is not kept.
 */
export async function answerOrNone<P, R>(
  ask: Ask,
  analysis: Analysis<P, R>,
  params: P,
): Promise<R | undefined> {
  try {
    const answer = await ask(analysis, params);
    return isRefusal(answer) ? undefined : answer;
  } catch (error) {
    if (!(error instanceof GivenUpError)) throw error;
    return undefined;
  }
}
