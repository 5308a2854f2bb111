import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { LanguageId } from '../../src/analysis/languages.ts';
import type { Answers, Task } from '../../src/analysis/parse/messages.ts';
import { Parser, type ParserOptions } from '../../src/analysis/parse/parser.ts';
import { analyses } from '../../src/analysis/registry.ts';
import type { AnyAnalysis } from '../../src/analysis/runner.ts';
import type { FileId } from '../../src/freshness/context.ts';
import { contextOf, plainContext } from './plain-context.ts';
import { refusal, type Said } from './said.ts';
import type { Question } from './subject.ts';
import type { WorkTree } from './work-tree.ts';

/** Parses remembered. */
const MOST_REMEMBERED = 50_000;
/** Longer than the product's: a busy machine must not make a fresh answer a refusal. */
const PARSE_LIMIT_MS = 60_000;

interface Parsed {
  readonly answer: Answers[Task];
  readonly ms: number;
}

/**
 * Remembers what a text parses to, which follows from language and text alone; where an import leads
 * follows from other files too, and is worked out anew each time.
 */
export class RememberingParser extends Parser {
  /** What the parses that were not done again had taken, ms. */
  savedMs = 0;
  readonly #parsed = new LRUCache<string, Parsed>({ max: MOST_REMEMBERED });
  readonly #loaded = new Set<LanguageId>();

  constructor(options: ParserOptions) {
    super({ ...options, limitMs: PARSE_LIMIT_MS });
  }

  override outline(language: LanguageId, bytes: Uint8Array) {
    return this.#once('outline', language, bytes, () => super.outline(language, bytes));
  }

  override imports(language: LanguageId, bytes: Uint8Array) {
    return this.#once('imports', language, bytes, () => super.imports(language, bytes));
  }

  async #once<T extends Task>(
    task: T,
    language: LanguageId,
    bytes: Uint8Array,
    parse: () => Promise<Answers[T]>,
  ): Promise<Answers[T]> {
    const id = `${task} ${language} ${hash('sha256', bytes)}`;
    const known = this.#parsed.get(id);
    if (known) {
      this.savedMs += known.ms;
      return known.answer as Answers[T];
    }
    await this.#load(language);
    const began = performance.now();
    const answer = await parse();
    this.#parsed.set(id, { answer, ms: performance.now() - began });
    return answer;
  }

  /** So that no parse is charged with loading its grammar. */
  async #load(language: LanguageId): Promise<void> {
    if (this.#loaded.has(language)) return;
    this.#loaded.add(language);
    await super.outline(language, new Uint8Array());
  }
}

/** Recomputes from the files alone what is asked; shares nothing with any cache. */
export class Fresh {
  /** Milliseconds so far, less the parses that were remembered. */
  ms = 0;
  readonly #parser: RememberingParser;
  readonly #byName: ReadonlyMap<string, AnyAnalysis>;

  constructor(parser: RememberingParser, maxFileBytes: number) {
    this.#parser = parser;
    this.#byName = new Map(
      analyses(parser, { maxFileBytes })
        .perFile.filter(({ hidden }) => !hidden)
        .map((analysis) => [analysis.name, analysis]),
    );
  }

  /** What these had taken when they were done. */
  get parsesMs(): number {
    return this.#parser.savedMs;
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /** In the order of the questions. */
  async answers(questions: readonly Question[], tree: WorkTree): Promise<Said[]> {
    const began = performance.now();
    const answers: Said[] = [];
    for (const { analysis, path } of questions) answers.push(await this.#answer(analysis, path, tree));
    this.ms += performance.now() - began;
    return answers;
  }

  async #answer(analysis: string, path: FileId, tree: WorkTree): Promise<Said> {
    try {
      const context = contextOf(plainContext(tree));
      return { value: await this.#byName.get(analysis)?.run({ path }, context, noOther) };
    } catch (error) {
      return refusal(error);
    }
  }
}

const noOther = () => Promise.reject(new Error('An analysis of one file asks no other.'));
