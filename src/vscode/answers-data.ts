import type { AnswersData, MatchMark } from '../protocol/answers.ts';
import type { ProviderData } from '../protocol/provider.ts';
import type { SavedRow } from '../protocol/savings.ts';

type Soon<T> = T | Promise<T>;

type Matching = Pick<AnswersData, 'matches' | 'matching'>;

/** The parts of the engine that tell of model answers; one that is absent is off. */
export interface AnswerParts {
  readonly answers?: { data(): Soon<Omit<AnswersData, keyof Matching | 'models'>> } | undefined;
  readonly matching?:
    | {
        data(): Soon<Matching>;
        /** False when the match is not listed any more. Rejects when the mark cannot be kept. */
        mark(id: string, marked: MatchMark): Soon<boolean>;
      }
    | undefined;
  readonly transcripts?: { data(): Soon<ProviderData> } | undefined;
}

const NO_PROXY: AnswersData = {
  proxy: 'off',
  doors: [],
  counts: { requests: 0, hits: 0, similar: 0, joined: 0, misses: 0, bypassed: 0, failed: 0 },
  stored: { entries: 0, bytes: 0 },
  matching: { questions: 0 },
  models: [],
  recent: [],
  matches: [],
};

const NO_TRANSCRIPTS: ProviderData = {
  ...{ state: 'off', sources: [], rows: [], more: 0 },
  total: { tokens: {} },
  assumptions: [],
};

/** @param models what hits of the last 30 days spared, by model */
export async function answersData(
  { answers, matching }: AnswerParts,
  models: readonly SavedRow[],
): Promise<AnswersData> {
  return { ...NO_PROXY, ...(await answers?.data()), ...(await matching?.data()), models };
}

export async function providerData({ transcripts }: AnswerParts): Promise<ProviderData> {
  return (await transcripts?.data()) ?? NO_TRANSCRIPTS;
}

/** Rejects, in one sentence, when it cannot be done. */
export async function markMatch({ matching }: AnswerParts, id: string, marked: MatchMark): Promise<void> {
  if (!matching) throw new Error('Similar questions are not looked for: there is nothing to mark.');
  if (!(await matching.mark(id, marked))) throw new Error('This match is not listed any more.');
}
