import { mkdirSync } from 'node:fs';
import type { Parser } from '../../src/analysis/parse/parser.ts';
import { analyses } from '../../src/analysis/registry.ts';
import { AnalysisRunner, RefusedError } from '../../src/analysis/runner.ts';
import type { Level } from '../../src/cache/policy/policy.ts';
import { Policies } from '../../src/cache/policy/scopes.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { FileId } from '../../src/freshness/context.ts';
import type { Dependency } from '../../src/freshness/dependency.ts';
import { type Ablation, ablated } from './ablation.ts';
import { refusal, type Said } from './said.ts';
import type { WorkTree } from './work-tree.ts';

export const MAX_FILE_BYTES = 1024 * 1024;
const MAX_FILES = 100_000;
const LIMITS = {
  memory: { entries: 200_000, bytes: 1 << 30 },
  pressure: { watch: false, percent: 90 },
  file: { maxBytes: 16 * 2 ** 30, cleanupMs: 24 * 3_600_000, writeBackMs: 1000 },
};

export interface Question {
  readonly analysis: string;
  readonly path: FileId;
}

/** What a cache said, and how it came to it. */
export interface Answer {
  readonly key: string;
  readonly said: Said;
  /** Absent when it was computed. */
  readonly level?: Level;
  /** Why it was no hit, in the cache's words. */
  readonly reason?: string;
}

export interface SubjectOptions {
  readonly root: string;
  /** Gets the file level. */
  readonly storage: string;
  /** See {@link bundleInto}. */
  readonly bundle: string;
  /** Leaves out one kind of dependency. */
  readonly ablation?: Ablation;
  /** For ablated ones, which need no thread of their own. */
  readonly parser: Parser;
  readonly tree: () => WorkTree;
}

/** The product itself, with memory and a file level, as headless opens it; or one that records less. */
export class Subject {
  readonly name: string;
  readonly ablation: Ablation | undefined;
  /** What the cache reported to have failed. */
  readonly problems: readonly string[];
  readonly #options: SubjectOptions;
  readonly #open: () => Promise<Engine>;
  #engine: Engine;
  #runner: AnalysisRunner;

  static async open(options: SubjectOptions): Promise<Subject> {
    mkdirSync(options.storage, { recursive: true });
    const problems: string[] = [];
    const open = () => openEngine(options, problems);
    return new Subject(options, problems, open, await open());
  }

  private constructor(
    options: SubjectOptions,
    problems: readonly string[],
    open: () => Promise<Engine>,
    engine: Engine,
  ) {
    this.#options = options;
    this.#open = open;
    this.ablation = options.ablation;
    this.name = options.ablation ? `without ${options.ablation}` : 'complete';
    this.problems = problems;
    this.#engine = engine;
    this.#runner = this.#runnerOf(engine);
  }

  /** As when the editor is closed and opened again: memory is empty, the file level is there. */
  async restart(): Promise<void> {
    await this.#engine.close();
    this.#engine = await this.#open();
    this.#runner = this.#runnerOf(this.#engine);
    await this.#engine.loaded;
  }

  keyOf({ analysis, path }: Question): string {
    return this.#runner.key(analysis, { path }) ?? '';
  }

  async ask(question: Question): Promise<Answer> {
    const key = this.keyOf(question);
    try {
      const { value, level, reason, detail } = await this.#runner.run(question.analysis, {
        path: question.path,
      });
      return {
        key,
        said: { value },
        ...(level && { level }),
        ...(reason && { reason: detail ? `${reason}: ${detail}` : reason }),
      };
    } catch (error) {
      const said = refusal(error);
      if (!(error instanceof RefusedError)) return { key, said };
      const { from, miss } = error;
      if (from !== 'computed' && from !== 'running') return { key, said, level: from };
      const reason = miss && (miss.detail ? `${miss.reason}: ${miss.detail}` : miss.reason);
      return { key, said, ...(reason && { reason }) };
    }
  }

  /** What the entry of the key rests on; undefined when there is none. */
  recorded(key: string): readonly Dependency[] | undefined {
    return this.#engine.workspace.cache.entry(key)?.stamp.dependencies;
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  #runnerOf(engine: Engine): AnalysisRunner {
    const { ablation, parser, tree } = this.#options;
    if (!ablation) return engine.runner;
    const all = analyses(parser, { maxFileBytes: MAX_FILE_BYTES }).perFile.filter(({ hidden }) => !hidden);
    return new AnalysisRunner(
      engine.workspace,
      all.map((analysis) => ablated(analysis, ablation, tree)),
    );
  }
}

function openEngine({ root, storage, bundle }: SubjectOptions, problems: string[]): Promise<Engine> {
  return Engine.open({
    root,
    storage,
    store: 'sqlite',
    policies: new Policies(),
    limits: () => LIMITS,
    bundle,
    filter: () => FILTER,
    refreshAfterChange: () => false,
    report: (where, error) => void problems.push(`${where}: ${error.message}`),
    warn: (text) => void problems.push(text),
  });
}

/** Every file that the warmer would ask for. */
export const FILTER = { exclude: [], maxBytes: MAX_FILE_BYTES, maxFiles: MAX_FILES };
