import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import type { ComputeOptions, Outcome } from '../cache/asking.ts';
import type { Miss, MissReason } from '../cache/guard.ts';
import type { Level } from '../cache/policy/policy.ts';
import type { ComputeContext } from '../freshness/context.ts';
import type { Recipe } from '../freshness/entries/recipes.ts';
import type { AskOptions, WorkspaceCache } from '../freshness/workspace-cache.ts';
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

/** Who asks, and what of the cache the request wants: see {@link AskOptions}. */
export type RunOptions = Omit<ComputeOptions, 'ttlMs'> & AskOptions;

/** Keys whose parameters are remembered, so that they can be asked again ahead of the next caller. */
const MOST_REMEMBERED = 10_000;

/** Answers analyses by name from the cache of a workspace. */
export class AnalysisRunner {
  readonly #workspace: WorkspaceCache;
  #byName: ReadonlyMap<string, AnyAnalysis>;
  readonly #asked = new LRUCache<string, { readonly analysis: AnyAnalysis; readonly params: unknown }>({
    max: MOST_REMEMBERED,
  });

  constructor(workspace: WorkspaceCache, analyses: readonly AnyAnalysis[]) {
    this.#workspace = workspace;
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

  /** Throws {@link AnalysisError} for an unknown name or parameters that do not fit. */
  async run(name: string, params: unknown, options: RunOptions = {}): Promise<Answer> {
    const began = performance.now();
    const analysis = this.#byName.get(name);
    if (!analysis || (analysis.hidden && !options.ahead))
      throw new AnalysisError(`There is no analysis "${name}". There are: ${this.names.join(', ')}.`);
    const parsed = analysis.params.safeParse(params);
    if (!parsed.success) throw new AnalysisError(`${name}: ${z.prettifyError(parsed.error)}`);
    const key = this.#remember(analysis, parsed.data);
    const outcome = await this.#workspace.getOrCompute<unknown>(
      key,
      (context) => answerOf(analysis, parsed.data, context),
      this.#narrowed(name, options),
    );
    const ms = performance.now() - began;
    const { value, from, miss } = outcome;
    if (isRefusal(value)) throw new RefusedError(value.refused, from, miss);
    if (from !== 'computed' && from !== 'running') return { value, hit: true, level: from, ms };
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

  /** Computes these keys anew where it is known how; what fails will fail again for whoever asks. */
  async refresh(keys: readonly string[]): Promise<number> {
    let refreshed = 0;
    for (const key of keys) {
      const asked = this.#asked.peek(key);
      if (!asked) continue;
      try {
        const compute = (context: ComputeContext) => answerOf(asked.analysis, asked.params, context);
        const { value } = await this.#workspace.getOrCompute(key, compute, { ahead: true });
        if (isRefusal(value))
          this.#asked.delete(key); // for example the file is gone: nothing to keep ready
        else refreshed++;
      } catch {
        this.#asked.delete(key);
      }
    }
    return refreshed;
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
