import { join } from 'node:path';
import type { Matcher } from '../answers/matching.ts';
import {
  EmbeddingsClient,
  type EmbeddingsSettings,
} from '../answers/semantic/embedding/embeddings-client.ts';
import { Marks } from '../answers/semantic/matches/marks.ts';
import { KeptStore } from '../answers/semantic/questions/kept-store.ts';
import { SemanticMatcher } from '../answers/semantic/semantic-matcher.ts';
import type { Namespaces } from '../cache/namespace.ts';
import type { Sanitiser } from '../cache/sensitive/sanitiser.ts';
import type { Stamp } from '../freshness/stamp.ts';
import type { Recorder } from '../insight/recorder.ts';
import type { AnswersData, MatchRow } from '../protocol/answers.ts';
import type { EngineOptions } from './options.ts';

const FOLDER = 'semantic';
const MOST_QUESTIONS = 10_000;

export interface Matching extends Matcher {
  /** What the panel shows of it. */
  data(): { readonly matching: AnswersData['matching']; readonly matches: readonly MatchRow[] };
  /** False when the match is not, or no longer, listed. Rejects when the mark cannot be kept. */
  mark(id: string, marked: 'wrong' | 'right'): Promise<boolean>;
  /** Takes over changed settings. */
  reconfigure(): void;
  beat(): void;
  close(): Promise<void>;
}

interface Surroundings {
  readonly recorder: Recorder<Stamp>;
  readonly namespaces: Namespaces;
  readonly sanitiser: Sanitiser;
  /** Whether anything is kept for the next session. */
  readonly persistent: boolean;
}

/** Wires semantic matching to policies, settings and the storage. Nothing is read before the first question. */
export function openMatching(
  { storage, limits, embeddings }: EngineOptions,
  { recorder, namespaces, sanitiser, persistent }: Surroundings,
): Matching {
  const problem = (error: Error) => recorder.problem('semantic', error);
  const inStorage = (name: string) => (persistent ? join(storage, FOLDER, name) : undefined);
  const file = inStorage('questions.jsonl');
  const model = new Model(
    () => embeddings?.service(),
    (settings) => new EmbeddingsClient({ ...settings, key: async () => embeddings?.key(), problem }),
  );
  const matcher = new SemanticMatcher({
    allowed: (namespace, agent) => {
      const { strategy, similarity = 1, levels, sensitivity } = namespaces.policy(namespace, agent);
      if (strategy !== 'semantic') return undefined;
      return { threshold: similarity, kept: levels.includes('file'), secrets: sensitivity === 'none' };
    },
    embedder: () => model.now,
    isClean: async (text) => {
      try {
        return (await sanitiser.sanitiseText(text)).found.length === 0;
      } catch {
        return false; // counted by the sanitiser
      }
    },
    most: () => limits().questions ?? MOST_QUESTIONS,
    marks: new Marks(inStorage('marks.jsonl'), problem),
    ...(file !== undefined && { store: new KeptStore(file, problem) }),
    problem,
  });
  return {
    find: (question, signal) => matcher.find(question, signal),
    add: (question, key) => matcher.add(question, key),
    remove: (key) => matcher.remove(key),
    data: () => {
      const { now } = model;
      return {
        matching: {
          questions: matcher.size,
          ...(now && { embedder: now.name }),
          ...(now?.problem !== undefined && { problem: now.problem }),
        },
        matches: matcher.rows,
      };
    },
    mark: async (id, marked) => {
      const listed = await matcher.mark(id, marked);
      recorder.revision++; // who shows the list shows it at once
      return listed;
    },
    reconfigure: () => matcher.trim(),
    beat: () => matcher.beat(Date.now()),
    close: async () => {
      model.close();
      await matcher.close();
    },
  };
}

/** The client of the service that the settings name now. */
class Model {
  readonly #settings: () => EmbeddingsSettings | undefined;
  readonly #open: (settings: EmbeddingsSettings) => EmbeddingsClient;
  #client: EmbeddingsClient | undefined;
  #of = '';

  constructor(
    settings: () => EmbeddingsSettings | undefined,
    open: (settings: EmbeddingsSettings) => EmbeddingsClient,
  ) {
    this.#settings = settings;
    this.#open = open;
  }

  get now(): EmbeddingsClient | undefined {
    const settings = this.#settings();
    const of = JSON.stringify(settings ?? null);
    if (of !== this.#of) {
      this.#client?.close();
      this.#client = settings && this.#open(settings);
      this.#of = of;
    }
    return this.#client;
  }

  close(): void {
    this.#client?.close();
  }
}
