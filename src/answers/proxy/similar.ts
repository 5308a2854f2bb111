import type { Read } from '../../cache/asking.ts';
import type { Match, Matched, Matcher, Question } from '../matching.ts';
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
 * the question's text alone. `compared` hears of what was found and whether it is served.
 */
export async function similarAnswer(
  question: Question,
  matcher: Matcher,
  read: (key: string) => Promise<Read<unknown>>,
  compared: (text: string, matched: Matched, served: Match | undefined) => void,
  signal: AbortSignal,
): Promise<Similar | undefined> {
  const matched = await matcher.find(question, signal);
  const { match } = matched;
  const answer = match && (await answerOf(match.key, question.fingerprint, read));
  if (match && answer === 'gone') matcher.remove(match.key);
  const found = match && answer && answer !== 'gone' ? new Similar(match, answer) : undefined;
  compared(question.text, matched, found?.match);
  return found;
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
