/** Made-up data for the sections of model answers and of the provider's cache: always the same. */
import type { AnswerRow, AnswersData, MatchRow } from '../../../src/protocol/answers.ts';
import {
  type ProviderData,
  type ProviderRow,
  type ProviderTokens,
  TRANSCRIPT_AGENTS,
} from '../../../src/protocol/provider.ts';
import { AT } from './figures-data.ts';
import { random } from './random.ts';

const MINUTE = 60e3;
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const pick = <T>(from: readonly T[], index: number): T => from[index % from.length] as T;

const NONE = { requests: 0, hits: 0, similar: 0, joined: 0, misses: 0, bypassed: 0, failed: 0 };

/** The proxy is off and always was. */
export const ANSWERS_OFF: AnswersData = {
  ...{ proxy: 'off', doors: [], counts: NONE, stored: { entries: 0, bytes: 0 } },
  ...{ strategy: 'exact', matching: { questions: 0 }, models: [], recent: [], matches: [] },
};

/** The proxy is on, and no server has its doors. */
export const NO_DOORS: AnswersData = {
  ...ANSWERS_OFF,
  proxy: 'on',
  closed: {
    reason: 'The server for agents is switched off: set agentCache.server.enabled to let it start.',
    setting: 'agentCache.server.enabled',
  },
};

/** The proxy is on, and nobody has asked it yet. */
export const NO_ANSWERS: AnswersData = {
  ...ANSWERS_OFF,
  proxy: 'on',
  doors: [
    {
      provider: 'openai',
      url: 'http://127.0.0.1:43117/openai/~kq3V0mZ1xw7bB8nE2tYp4A/v1',
      upstream: 'https://api.openai.com/v1',
    },
    {
      provider: 'anthropic',
      url: 'http://127.0.0.1:43117/anthropic/~kq3V0mZ1xw7bB8nE2tYp4A',
      upstream: 'https://api.anthropic.com/v1',
    },
  ],
};

const QUESTIONS = [
  'Which tests cover the retry of uploads?',
  'Rename `openFile` to `openDatabase` in src/engine/levels.ts and update all its callers, then run the unit tests and tell me what fails',
  'Summarise the diff in one line',
  'Why does the build of the headless server fail on Node 20 with ERR_UNKNOWN_FILE_EXTENSION although tsconfig allows importing .ts?',
  'Is this change safe?',
];
const MODELS = [
  'claude-sonnet-4-5-20250929',
  'gpt-5',
  'local/qwen3-coder-30b-a3b-instruct',
  'claude-haiku-4-5',
];
const STATUSES = ['miss', 'hit', 'hit', 'similar', 'joined', 'bypassed', 'failed'] as const;
const REASONS: Readonly<Partial<Record<AnswerRow['status'], string>>> = {
  miss: 'src/engine/levels.ts changed 4 min before',
  bypassed:
    'Its temperature is 1, and such answers are kept only with "sampled": true for response (agentCache.namespaces, or agentCache.agents for one agent).',
  failed: 'the upstream closed the connection in the middle of the answer',
};

function request(index: number): AnswerRow {
  const status = pick(STATUSES, index);
  const reason = REASONS[status];
  return {
    at: AT - index * index * 900 - 4_000,
    key:
      status === 'bypassed' || status === 'failed'
        ? ''
        : `response:openai:${(index * 2654435761).toString(16)}`,
    agent: pick(['claude-code', 'reviewer', '', 'codex'], index),
    model: pick(MODELS, index),
    status,
    ...(index % 6 !== 4 && { question: pick(QUESTIONS, index) }),
    ...(reason !== undefined && { reason }),
    ms: status === 'hit' ? 1.4 + random(index) : 900 + random(index) * 9_000,
    ...(index % 5 !== 3 && {
      tokens: { input: Math.round(random(index) * 42_000), output: Math.round(random(index + 1) * 2_400) },
    }),
  };
}

const PAIRS: readonly Pick<MatchRow, 'asked' | 'found' | 'similarity' | 'by' | 'outcome' | 'detail'>[] = [
  {
    ...{
      asked: 'Enable two-factor authentication for admins',
      found: 'Disable two-factor authentication for admins',
    },
    ...{ similarity: 0.82, by: 'embedding', outcome: 'gate', detail: '“enable” became “disable”' },
  },
  {
    ...{ asked: 'please summarise the diff in one line', found: 'Summarise the diff in one line' },
    ...{ similarity: 1, by: 'near-duplicate', outcome: 'served' },
  },
  {
    ...{ asked: 'Which tests cover the upload retries?', found: 'Which tests cover the retry of uploads?' },
    ...{ similarity: 0.941, by: 'embedding', outcome: 'served' },
  },
  {
    ...{ asked: 'List the routes of the server', found: 'What does the server listen on?' },
    ...{
      similarity: 0.61,
      by: 'embedding',
      outcome: 'below-threshold',
      detail: 'the threshold of response is 0.92',
    },
  },
  {
    ...{
      asked: 'Rename `a` to `b` in src/cache/a/rather/deeply/nested/folder/of/generated/clients/client.ts',
      found: 'Rename `b` to `a`',
    },
    ...{ similarity: 0.99, by: 'near-duplicate', outcome: 'marked-wrong' },
  },
  {
    ...{ asked: 'How many entries fit into memory?', found: 'How many entries fit in memory at most?' },
    ...{ similarity: 0.88, by: 'near-duplicate', outcome: 'no-embedder' },
  },
];

/** @param rows requests and similar questions that are listed */
export function answers(rows: number): AnswersData {
  return {
    ...NO_ANSWERS,
    counts: { requests: 2_204, hits: 1_119, similar: 85, joined: 41, misses: 728, bypassed: 212, failed: 19 },
    stored: { entries: 731, bytes: 9_812_000 },
    strategy: 'semantic',
    matching: { questions: 640, embedder: 'nomic-embed-text' },
    models: [
      {
        ...{ name: 'claude-sonnet-4-5-20250929', calls: 803, measured: 803, ms: 5_140_000 },
        ...{ modelCalls: 803, counted: 790, priced: 790 },
        ...{ tokens: { input: 12_400_000, output: 402_000 }, money: { amount: 43.23, currency: 'USD' } },
      },
      {
        ...{ name: 'local/qwen3-coder-30b-a3b-instruct', calls: 316, measured: 316, ms: 840_000 },
        ...{ modelCalls: 316, counted: 316, tokens: { input: 912_000, output: 40_000 } },
      },
    ],
    recent: times(rows, request),
    matches: times(rows, (index): MatchRow => {
      const outcome = pick(PAIRS, index);
      const marked = outcome.outcome === 'marked-wrong' ? 'wrong' : index % 6 === 2 ? 'right' : undefined;
      return {
        ...outcome,
        ...{ id: `m${index}`, at: AT - index * index * 2_000, key: `response:openai:${index}` },
        ...(marked && { marked }),
      };
    }),
  };
}

/** Without a model that embeds, and with one that fails. */
export const FAILING_MATCHING = {
  ...{ questions: 1, embedder: 'nomic-embed-text' },
  problem: 'connect ECONNREFUSED 127.0.0.1:11434; trying again in 30 s',
};

export const PROVIDER_OFF: ProviderData = {
  ...{ state: 'off', sources: [], rows: [], more: 0, total: { tokens: {} }, assumptions: [] },
};

/** Switched on where no agent has left a transcript. */
export const NO_TRANSCRIPTS: ProviderData = {
  ...PROVIDER_OFF,
  state: 'ready',
  sources: TRANSCRIPT_AGENTS.map((agent) => ({ agent, state: 'none', files: 0, skipped: 0 })),
};

const TITLES = [
  'Let the panel tell what was saved',
  'Fix the flaky test of the file level and explain at length why it only ever fails on machines with a slow disk',
  undefined,
];
const CAUSES = [
  'The pause of 9 min was longer than the 5 min that the cache keeps a prompt.',
  'The model changed from claude-opus-4-5 to claude-sonnet-4-5.',
  'The conversation was compacted.',
];

function session(index: number): ProviderRow {
  const agent = pick(TRANSCRIPT_AGENTS, index);
  const scale = 400_000 + random(index) * 30_000_000;
  const tokens: ProviderTokens =
    agent === 'copilot-chat'
      ? {}
      : {
          input: Math.round(scale * 0.02),
          read: Math.round(scale),
          ...(agent !== 'codex' && {
            write5m: Math.round(scale * 0.05),
            write1h: index % 3 === 0 ? Math.round(scale * 0.02) : 0,
          }),
          output: Math.round(scale * 0.01),
        };
  const { input, read, write5m = 0, write1h = 0 } = tokens;
  const title = pick(TITLES, index);
  return {
    ...{ agent, session: `${(index * 2654435761).toString(16)}-4f1c-4a70`, tokens },
    ...(title !== undefined && { title }),
    model: agent === 'copilot-chat' ? '' : pick(MODELS, index),
    startedAt: AT - (index + 1) * 50 * MINUTE,
    lastAt: AT - index * 47 * MINUTE - 3 * MINUTE,
    requests: 12 + Math.round(random(index + 3) * 400),
    ...(input !== undefined && read !== undefined && { hitRate: read / (input + read + write5m + write1h) }),
    ...(agent !== 'copilot-chat' &&
      agent !== 'cline' && { savedUsd: index % 5 === 3 ? -0.42 : scale * 2.5e-6 }),
    breaks: times(index % 4, (at) => ({
      ...{ at: AT - index * 47 * MINUTE - at * 9 * MINUTE, cause: pick(CAUSES, index + at) },
      tokens: Math.round(random(index + at) * 190_000),
    })),
  };
}

/** @param more sessions beyond those listed */
export function provider(sessions: number, more = 0): ProviderData {
  return {
    state: 'ready',
    sources: [
      { agent: 'claude-code', state: 'read', files: 214, skipped: 3 },
      { agent: 'codex', state: 'read', files: 1, skipped: 0 },
      { agent: 'copilot-chat', state: 'none', files: 0, skipped: 0 },
      {
        ...{ agent: 'cline', state: 'failed', files: 0, skipped: 0 },
        problem:
          'EACCES: permission denied, scandir ~/.config/Code/User/globalStorage/saoudrizwan.claude-dev',
      },
    ],
    rows: times(sessions, session),
    more,
    total: {
      tokens: { input: 1_840_000, read: 91_200_000, write5m: 4_410_000, write1h: 902_000, output: 990_000 },
      hitRate: 0.9273,
      savedUsd: 201.44,
    },
    assumptions: [
      'Each message is counted once, as its last row in the transcript says.',
      'Prices are list prices of 2026-09-23 without the surcharge for long requests.',
      'Copilot Chat does not write down what its provider counted: its figures are unknown.',
    ],
  };
}
