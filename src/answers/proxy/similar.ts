import type { Read } from '../../cache/asking.ts';
import type { Match, Matcher, Question } from '../matching.ts';
import { type StoredAnswer, storedAnswer } from './stored-answer.ts';

/** The answer to a similar question, thrown where the provider would be asked: nothing is to be kept of it. */
export class Similar extends Error {
  override readonly name = 'Similar';
  readonly match: Match;
  readonly answer: StoredAnswer;

  constructor(match: Match, answer: StoredAnswer) {
    super('A similar question has an answer.');
    this.match = match;
    this.answer = answer;
  }
}

/**
 * What the matcher found, if its entry is there, holds now, and was made of a request that differs in
 * the question's text alone.
 */
export async function similarAnswer(
  question: Question,
  matcher: Matcher,
  read: (key: string) => Promise<Read<unknown>>,
  signal: AbortSignal,
): Promise<Similar | undefined> {
  const { match } = await matcher.find(question, signal);
  const answer = match && (await answerOf(match.key, question.fingerprint, read));
  if (match && answer === 'gone') matcher.remove(match.key);
  return match && answer && answer !== 'gone' ? new Similar(match, answer) : undefined;
}

/** Undefined for one that is not to be given now, and may be later. */
async function answerOf(
  key: string,
  fingerprint: string,
  read: (key: string) => Promise<Read<unknown>>,
): Promise<StoredAnswer | 'gone' | undefined> {
  const found = await read(key);
  if ('miss' in found) return found.miss.reason === 'changed' ? undefined : 'gone';
  const answer = storedAnswer(found.value);
  return answer?.fingerprint === fingerprint ? answer : undefined;
}
