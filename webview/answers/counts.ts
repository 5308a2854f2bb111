/** The numbers of the section "Model Answers": how requests were answered, and what is kept. */
import type { AnswersData } from '../../src/protocol/answers.ts';
import { formatBytes, formatCount, formatPercent, hitRate } from '../format.ts';

interface AnswerCount {
  readonly label: string;
  readonly hint: string;
  text(data: AnswersData): string;
}

const counted = (label: string, hint: string, name: keyof AnswersData['counts']): AnswerCount => ({
  label,
  hint,
  text: ({ counts }) => formatCount(counts[name]),
});

export const COUNTS: readonly AnswerCount[] = [
  counted('Hits', 'Requests that got the stored answer to the same request', 'hits'),
  counted('Similar', 'Requests that got the stored answer to a similar question', 'similar'),
  counted(
    'Joined',
    'Requests that the same request, already under way, answered; neither hits nor misses',
    'joined',
  ),
  counted('Misses', 'Requests for which the model was asked', 'misses'),
  counted('Bypassed', 'Requests that were passed on without a look into the cache', 'bypassed'),
  counted('Failed', 'Requests without a complete answer; nothing of them is stored', 'failed'),
];

/** What is kept: `12 answers, 1.2 MB`. */
export function storedText({ stored: { entries, bytes } }: AnswersData): string {
  return `${formatCount(entries)} ${entries === 1 ? 'answer' : 'answers'}, ${formatBytes(bytes)}`;
}

/** The number that matters, and of what it is. */
export function rateOf({ counts }: AnswersData): { number: string; of: string } {
  const { hits, similar, misses, requests } = counts;
  const looked = hits + similar + misses;
  if (requests === 0) return { number: '–', of: 'hit rate: no requests since the window opened' };
  const of = `of ${formatCount(looked)} ${looked === 1 ? 'request' : 'requests'} that were looked up`;
  return {
    number: formatPercent(hitRate(hits + similar, misses)),
    of: `hit rate ${of}, since the window opened`,
  };
}

/** Whether similar questions are looked for: for all agents, or, as what was met says, for some by their own policy. */
export function looksForSimilar({ strategy, matching, matches }: AnswersData): boolean {
  const { questions, problem } = matching;
  return strategy === 'semantic' || questions > 0 || matches.length > 0 || problem !== undefined;
}

/** Who finds similar questions, and among how many. */
export function matchingText(answers: AnswersData): string {
  const { questions, embedder } = answers.matching;
  if (!looksForSimilar(answers))
    return `Similar questions are not looked for, unless the policy of an agent says so: the strategy of the namespace response is ${answers.strategy}, not semantic.`;
  const known = `${formatCount(questions)} ${questions === 1 ? 'question is' : 'questions are'} known.`;
  return embedder === undefined
    ? `${known} Without a model that embeds, only near-duplicates are served; what is merely similar is listed as a suggestion.`
    : `${known} The model ${embedder} tells how similar two are; what is served has to pass the gate as well.`;
}

/** Whether there is anything to show beside how to switch it on. */
export function hasHistory({ counts, stored, models, matches }: AnswersData): boolean {
  return counts.requests > 0 || stored.entries > 0 || models.length > 0 || matches.length > 0;
}
