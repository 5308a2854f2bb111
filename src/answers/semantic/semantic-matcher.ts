import { digest } from '../../cache/digest.ts';
import type { MatchRow } from '../../protocol/answers.ts';
import type { Match, Matched, Matcher, Question, Refusal, Suggestion } from '../matching.ts';
import type { Embedder } from './embedding/embedder.ts';
import { WORD_OVERLAP } from './embedding/word-overlap.ts';
import type { Near } from './index/vector-index.ts';
import type { Marks } from './matches/marks.ts';
import { MatchLog } from './matches/match-log.ts';
import type { KeptStore } from './questions/kept-store.ts';
import { type Asked, type Identified, identified, Questions } from './questions/questions.ts';
import { Space } from './space.ts';
import { gate } from './text/gate.ts';

/** A longer text is pasted code or a document: it takes part in nothing, UTF-16 code units. */
const MOST_TEXT = 4000;
/** That are looked at, and told. */
const MOST_SUGGESTED = 5;
/** Below it nobody would call two questions alike. */
const LEAST_SIMILARITY = 0.5;
/** Questions that wait to be taken in, at the most; one more will not be found. */
const MOST_ADDING = 256;
/** Questions from before a change of the model that get a new vector beside each new question. */
const MADE_UP = 16;

/** What the policy of an agent's questions in a namespace allows. */
export interface Allowed {
  /** From 0 to 1. */
  readonly threshold: number;
  /** Whether questions may be written to this machine's disk. */
  readonly kept: boolean;
  /** Whether what holds a secret takes part; else it is in no comparison, is not kept, and goes nowhere. */
  readonly secrets: boolean;
}

interface Parts {
  /** Undefined where only equal requests match. */
  readonly allowed: (namespace: string, agent: string) => Allowed | undefined;
  /** The model of now; absent, only what says the same in the same words is served. */
  readonly embedder: () => Embedder | undefined;
  /** Whether a text holds no secret. Rejects when nobody can say, which is counted there. */
  readonly isClean: (text: string) => Promise<boolean>;
  readonly most: () => number;
  readonly marks: Marks;
  /** Absent, questions end with the process. */
  readonly store?: KeptStore | undefined;
  readonly problem: (error: Error) => void;
  readonly now?: () => number;
}

const NOTHING: Matched = { suggestions: [] };

/** Finds answers to questions that say the same; see docs/semantic.md for what is served and what is not. */
export class SemanticMatcher implements Matcher {
  readonly #parts: Parts;
  readonly #questions: Questions;
  readonly #space = new Space();
  readonly #log = new MatchLog();
  #loaded: Promise<void> | undefined;
  #adding = 0;
  #added: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#questions = new Questions(parts.most, (asked) => this.#space.drop(asked));
  }

  /** Questions that can be found now. */
  get size(): number {
    return this.#questions.size;
  }

  /** Newest first. */
  get rows(): readonly MatchRow[] {
    return this.#log.rows;
  }

  async find(question: Question, signal?: AbortSignal): Promise<Matched> {
    try {
      const allowed = this.#parts.allowed(question.namespace, question.agent);
      if (!allowed || question.text.length > MOST_TEXT) return NOTHING;
      await this.#load();
      await this.#parts.marks.look();
      const asked = identified(question);
      const known = this.#marked(asked) ?? this.#sameWords(asked);
      return known ?? (await this.#similar(asked, allowed, signal));
    } catch (error) {
      if (!signal?.aborted) this.#parts.problem(error as Error);
      return NOTHING;
    }
  }

  add(question: Question, key: string): void {
    const allowed = this.#parts.allowed(question.namespace, question.agent);
    if (!allowed || question.text.length > MOST_TEXT || question.text.trim() === '') return;
    if (this.#adding >= MOST_ADDING) return;
    this.#adding++;
    this.#added = this.#added
      .then(() => this.#add(identified(question), key, allowed))
      .catch((error: Error) => this.#parts.problem(error))
      .finally(() => this.#adding--);
  }

  remove(key: string): void {
    if (this.#questions.remove(key)) this.#parts.store?.removed(key);
  }

  /** False when the match is not, or no longer, in the list. Rejects when it cannot be written. */
  async mark(id: string, marked: 'wrong' | 'right'): Promise<boolean> {
    const row = this.#log.get(id);
    if (!row) return false;
    this.#log.marked(id, marked);
    await this.#parts.marks.mark(marked, row.asked, row.found, row.shown.similarity);
    return true;
  }

  /** Takes over a smaller bound. */
  trim(): void {
    this.#questions.trim();
  }

  /** Called about once a second. */
  beat(now: number): void {
    if (this.#loaded) this.#parts.store?.beat(now);
  }

  /** Settles when everything is saved. */
  async close(): Promise<void> {
    await this.#added;
    if (this.#loaded) await this.#parts.store?.close();
  }

  /** Settles when every question added so far can be found; for tests and measurements. */
  settled(): Promise<void> {
    return this.#added;
  }

  #load(): Promise<void> {
    const { store } = this.#parts;
    this.#loaded ??= (async () => {
      this.#space.become(this.#embedder.identity, []);
      await store?.open({
        questions: this.#questions,
        space: this.#space,
        kept: (namespace, agent) => this.#parts.allowed(namespace, agent)?.kept ?? false,
      });
    })();
    return this.#loaded;
  }

  get #embedder(): Embedder {
    return this.#parts.embedder() ?? WORD_OVERLAP;
  }

  /** What a person wants for just this text. */
  #marked(asked: Identified): Matched | undefined {
    const right = this.#parts.marks.rightFor(asked);
    const found = right && this.#questions.ofExact(right.found);
    if (!found || this.#parts.marks.isWrong(asked, found)) return undefined;
    return this.#served(asked, found, right.similarity, 'near-duplicate', 'marked right');
  }

  #sameWords(asked: Identified): Matched | undefined {
    const found = this.#questions.ofForm(asked.form);
    if (!found) return undefined;
    if (!this.#parts.marks.isWrong(asked, found)) return this.#served(asked, found, 1, 'near-duplicate');
    this.#tell(asked, found, 1, 'near-duplicate', 'marked-wrong');
    const { key, text } = found;
    return { suggestions: [{ key, text, similarity: 1, refused: 'marked-wrong' }] };
  }

  async #similar(asked: Identified, allowed: Allowed, signal: AbortSignal | undefined): Promise<Matched> {
    const candidates = this.#questions.inBucket(asked.bucket);
    if (candidates.length === 0) return NOTHING;
    const embedder = this.#embedder;
    const vector = await this.#vector(asked, allowed, embedder, signal);
    if (!vector) return NOTHING;
    const near = await this.#space.nearest(vector, candidates, MOST_SUGGESTED);
    const suggestions: Suggestion[] = [];
    for (const { item, similarity } of near) {
      if (similarity < LEAST_SIMILARITY) break;
      const refused = this.#refused(asked, { item, similarity }, allowed, embedder);
      if (!refused) return this.#served(asked, item, similarity, 'embedding', undefined, suggestions);
      suggestions.push({ key: item.key, text: item.text, similarity, ...refused });
    }
    const [first] = near;
    const [best] = suggestions;
    const by = embedder.offline ? 'near-duplicate' : 'embedding';
    if (first && best) this.#tell(asked, first.item, first.similarity, by, best.refused, best.detail);
    return { suggestions };
  }

  #refused(
    asked: Identified,
    { item, similarity }: Near<Asked>,
    { threshold }: Allowed,
    { offline }: Embedder,
  ): Pick<Suggestion, 'refused' | 'detail'> | undefined {
    if (this.#parts.marks.isWrong(asked, item)) return { refused: 'marked-wrong' };
    const differs = gate(item.text, asked.text);
    if (differs) return { refused: 'gate', detail: differs.detail };
    if (offline) return { refused: 'no-embedder' };
    return similarity < threshold ? { refused: 'below-threshold' } : undefined;
  }

  #served(
    asked: Identified,
    found: Asked,
    similarity: number,
    by: Match['by'],
    detail?: string,
    suggestions: readonly Suggestion[] = [],
  ): Matched {
    this.#questions.touch(found);
    const { key, text } = found;
    const id = this.#tell(asked, found, similarity, by, 'served', detail);
    return { match: { key, text, similarity, by, id }, suggestions };
  }

  #tell(
    asked: Identified,
    found: Asked,
    similarity: number,
    by: Match['by'],
    outcome: 'served' | Refusal,
    detail?: string,
  ): string {
    const id = digest(`${asked.exact}\n${found.exact}`);
    const { now = Date.now } = this.#parts;
    const row = {
      id,
      at: now(),
      asked: asked.text,
      found: found.text,
      key: found.key,
      similarity,
      by,
      outcome,
    };
    this.#log.add({ ...row, ...(detail !== undefined && { detail }) }, asked, found);
    return id;
  }

  /** Undefined when there is none: no answer of the model, which it has counted, or a secret in the text. */
  async #vector(
    { text }: Identified,
    { secrets }: Allowed,
    embedder: Embedder,
    signal?: AbortSignal,
  ): Promise<Float32Array | undefined> {
    if (!secrets && !(await this.#parts.isClean(text))) return undefined;
    this.#space.become(embedder.identity, this.#questions.all());
    try {
      const vector = await embedder.embed(text, signal);
      if (embedder.identity === this.#space.identity) this.#space.fit(vector.length, this.#questions.all());
      return vector;
    } catch {
      return undefined; // counted by the embedder
    }
  }

  async #add(question: Identified, key: string, allowed: Allowed): Promise<void> {
    await this.#load();
    if (!allowed.secrets && !(await this.#parts.isClean(question.text))) return;
    const asked = this.#questions.add(question, key);
    this.#parts.store?.changed();
    await Promise.all([...new Set([asked, ...this.#without()])].map((one) => this.#place(one)));
  }

  /** A few that have no vector of the model of now. */
  #without(): readonly Asked[] {
    const found: Asked[] = [];
    for (const asked of this.#questions.all()) {
      if (asked.slot === undefined) found.push(asked);
      if (found.length === MADE_UP) break;
    }
    return found;
  }

  async #place(asked: Asked): Promise<void> {
    const embedder = this.#embedder;
    const allowed = this.#parts.allowed(asked.namespace, asked.agent);
    const vector = allowed && (await this.#vector(asked, allowed, embedder));
    if (!vector || embedder.identity !== this.#space.identity || !this.#questions.has(asked.key)) return;
    if (this.#questions.get(asked.key) === asked) this.#space.put(asked, vector);
  }
}
