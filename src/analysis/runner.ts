import { LRUCache } from 'lru-cache';
import type { ComputeOptions, Outcome } from '../cache/asking.ts';
import type { Miss, MissReason } from '../cache/guard.ts';
import { misfit } from '../cache/misfit.ts';
import type { Level } from '../cache/policy/policy.ts';
import type { ComputeContext } from '../freshness/context.ts';
import type { Recipe } from '../freshness/entries/recipes.ts';
import type { WorkspaceCache } from '../freshness/workspace-cache.ts';
import type { AskOptions } from '../freshness/workspace-options.ts';
import { type Analysis, AnalysisError, isRefusal } from './analysis.ts';
import { answerOf, keyOf } from './asking.ts';

/** An analysis whose types are its own affair: what comes in is validated, what goes out is JSON. */
// biome-ignore lint/suspicious/noExplicitAny: the parameter types of different analyses have nothing in common
export type AnyAnalysis = Analysis<any, unknown>;

export interface Answer {
  readonly value: unknown;
  readonly hit: boolean;
  /** Where a hit came from. */
  readonly level?: Level;
  /** Why a miss was one, in words. */
  readonly reason?: MissReason;
  readonly detail?: string;
  /** From asking to answering. */
  readonly ms: number;
}

/** A refusal that the cache knows, or has just come to know. */
export class RefusedError extends AnalysisError {
  /** As in {@link Outcome}. */
  readonly from: Outcome<unknown>['from'];
  readonly miss: Miss | undefined;

  constructor(message: string, from: Outcome<unknown>['from'], miss: Miss | undefined) {
    super(message);
    this.from = from;
    this.miss = miss;
  }
}

/** What asking ahead came to: it was cached already or not, or there is no answer. */
export type Ready = { readonly hit: boolean } | { readonly refused: string };

/** For whom an answer is made ready, and whether it is made anew. */
export type ReadyOptions = Pick<RunOptions, 'signal' | 'recompute' | 'agent'> &
  Pick<AskOptions, 'tags' | 'ttlMs'>;

/** Who asks, and what of the cache the request wants: see {@link AskOptions}. */
export type RunOptions = Omit<ComputeOptions, 'ttlMs'> & AskOptions;

/** A question as it was answered, for whoever counts. */
export interface Answered {
  readonly key: string;
  /** Of the analysis. */
  readonly name: string;
  readonly agent: string | undefined;
  /** Where a hit came from; undefined for a miss. */
  readonly level: Level | undefined;
  /** From asking to answering. */
  readonly ms: number;
}

/** Keys whose parameters are remembered, so that they can be asked again ahead of the next caller. */
const MOST_REMEMBERED = 10_000;

/** Answers analyses by name from the cache of a workspace. */
export class AnalysisRunner {
  readonly #workspace: WorkspaceCache;
  #byName: ReadonlyMap<string, AnyAnalysis>;
  readonly #answered: ((question: Answered) => void) | undefined;
  readonly #asked = new LRUCache<string, { readonly analysis: AnyAnalysis; readonly params: unknown }>({
    max: MOST_REMEMBERED,
  });

  #asking = 0;
  #askedAt = 0;

  /** `answered` hears of every answer that somebody asked for, refusals among them. */
  constructor(
    workspace: WorkspaceCache,
    analyses: readonly AnyAnalysis[],
    answered?: (question: Answered) => void,
  ) {
    this.#workspace = workspace;
    this.#answered = answered;
    this.#byName = byName(analyses);
  }

  /** From now on these answer; what was asked of the others is forgotten. */
  replace(analyses: readonly AnyAnalysis[]): void {
    this.#byName = byName(analyses);
    this.#asked.clear();
  }

  get names(): readonly string[] {
    return [...this.#byName.values()].flatMap(({ name, hidden }) => (hidden ? [] : [name]));
  }

  /** Of the analyses that can be asked about one file, and need no more than its path. */
  namesFor(path: string): readonly string[] {
    const takes = (name: string) => {
      const parsed = this.#byName.get(name)?.params.safeParse({ path });
      return parsed?.success === true && 'path' in (parsed.data as object);
    };
    return this.names.filter(takes);
  }

  /** Questions that somebody waits for now; what is asked ahead is none. */
  get asking(): number {
    return this.#asking;
  }

  /** When the last of them came, milliseconds since the epoch; 0 before the first. */
  get askedAt(): number {
    return this.#askedAt;
  }

  /** Throws {@link AnalysisError} for an unknown name or parameters that do not fit. */
  async run(name: string, params: unknown, options: RunOptions = {}): Promise<Answer> {
    if (options.ahead) return this.#run(name, params, options);
    this.#asking++;
    this.#askedAt = Date.now();
    try {
      return await this.#run(name, params, options);
    } finally {
      this.#asking--;
    }
  }

  async #run(name: string, params: unknown, options: RunOptions): Promise<Answer> {
    const began = performance.now();
    const analysis = this.#byName.get(name);
    if (!analysis || (analysis.hidden && !options.ahead))
      throw new AnalysisError(`There is no analysis "${name}". There are: ${this.names.join(', ')}.`);
    const parsed = analysis.params.safeParse(params);
    if (!parsed.success) throw new AnalysisError(`${name}: ${misfit(parsed.error)}`);
    const key = this.#remember(analysis, parsed.data);
    const outcome = await this.#workspace.getOrCompute<unknown>(
      key,
      (context) => answerOf(analysis, parsed.data, context),
      this.#narrowed(name, options),
    );
    const ms = performance.now() - began;
    const { value, from, miss } = outcome;
    const level = from === 'computed' || from === 'running' ? undefined : from;
    if (!options.ahead) this.#answered?.({ key, name, agent: options.agent, level, ms });
    if (isRefusal(value)) throw new RefusedError(value.refused, from, miss);
    if (level) return { value, hit: true, level, ms };
    return {
      value,
      hit: false,
      ms,
      ...(miss && { reason: miss.reason, ...(miss.detail !== undefined && { detail: miss.detail }) }),
    };
  }

  /** Under the policy of the analysis as a part of its namespace, `analysis:outline`, and of the agent. */
  #narrowed(name: string, options: RunOptions): RunOptions {
    const policy = this.#workspace.cache.namespaces.policy(`analysis:${name}`, options.agent);
    return { policy, ...options };
  }

  key(name: string, params: unknown): string | undefined {
    const analysis = this.#byName.get(name);
    return analysis && keyOf(analysis, params);
  }

  /** How the analysis of a key is computed, also of one that nobody has asked for here; undefined for other keys. */
  recipe(key: string): Recipe | undefined {
    const asked = this.#asked.peek(key) ?? this.#told(key);
    return asked && ((context) => answerOf(asked.analysis, asked.params, context));
  }

  /**
   * Has the answer of a key ready, asked ahead of anybody who wants it; undefined for a key of which
   * nobody knows how it is computed. Rejects with the signal's reason, and with what computing fails with.
   */
  async ready(key: string, how: ReadyOptions = {}): Promise<Ready | undefined> {
    const asked = this.#asked.peek(key) ?? this.#told(key);
    if (!asked) return undefined;
    const { analysis, params } = asked;
    const compute = (context: ComputeContext) => answerOf(analysis, params, context);
    const { value, from } = await this.#workspace.getOrCompute(
      key,
      compute,
      this.#narrowed(analysis.name, { ...how, ahead: true }),
    );
    // For example the file is gone: nothing to keep ready.
    if (isRefusal(value)) {
      this.#asked.delete(key);
      return { refused: value.refused };
    }
    return { hit: from !== 'computed' && from !== 'running' };
  }

  /** What a readable key tells of itself. */
  #told(key: string): { readonly analysis: AnyAnalysis; readonly params: unknown } | undefined {
    const [, name = '', id = ''] = /^analysis:([^:]+):\d+:(.+)$/s.exec(key) ?? [];
    const analysis = this.#byName.get(name);
    const parsed = analysis?.params.safeParse(analysis.paramsOf(id));
    if (!analysis || !parsed?.success || this.key(name, parsed.data) !== key) return undefined;
    return { analysis, params: parsed.data };
  }

  #remember(analysis: AnyAnalysis, params: unknown): string {
    const key = keyOf(analysis, params);
    this.#asked.set(key, { analysis, params });
    return key;
  }
}

function byName(analyses: readonly AnyAnalysis[]): ReadonlyMap<string, AnyAnalysis> {
  return new Map(analyses.map((analysis) => [analysis.name, analysis]));
}
