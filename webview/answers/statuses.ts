/** How the outcomes of requests and of similar questions read. */
import type { AnswerRow, MatchRow } from '../../src/protocol/answers.ts';
import { REASONS } from '../misses/reasons.ts';

export const STATUSES: Readonly<Record<AnswerRow['status'], { name: string; means: string }>> = {
  hit: { name: 'Hit', means: 'The stored answer to the same request.' },
  similar: { name: 'Similar', means: 'The stored answer to a similar question.' },
  miss: { name: 'Miss', means: 'The model was asked.' },
  joined: { name: 'Joined', means: 'The same request was under way and answered this one, too.' },
  bypassed: { name: 'Bypassed', means: 'Passed on without a look into the cache.' },
  failed: { name: 'Failed', means: 'The model gave no complete answer; nothing was stored.' },
};

export const OUTCOMES: Readonly<Record<MatchRow['outcome'], { name: string; means: string }>> = {
  served: { name: 'Served', means: 'The stored answer was given.' },
  'below-threshold': { name: 'Not similar enough', means: 'Below the threshold of the namespace.' },
  gate: { name: 'Refused by the gate', means: 'Words that change the meaning differ.' },
  'marked-wrong': { name: 'Marked wrong', means: 'A person said that this answer does not fit.' },
  'no-embedder': {
    name: 'Only suggested',
    means: 'Without a model that embeds, nothing but near-duplicates is served.',
  },
};

/** `0.97`: never rounded up to a similarity that was not reached. */
export function formatSimilarity(similarity: number): string {
  return (Math.floor(similarity * 100 + 1e-9) / 100).toFixed(2);
}

/** A reason of a miss by the name that it has under Misses: `Input changed: src/a.ts changed`. */
export function formatWhy(reason: string): string {
  const [code = '', ...rest] = reason.split(': ');
  if (!(code in REASONS)) return reason;
  return [REASONS[code as keyof typeof REASONS].name, ...rest].join(': ');
}
