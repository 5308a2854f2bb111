import { Slices } from '../../../cache/slices.ts';
import type { Space } from '../space.ts';
import { type KeptQuestion, QuestionFile } from './kept-questions.ts';
import { inBucket, type Questions } from './questions.ts';

/** Between two saves, ms; longer where a save takes long. */
const EVERY_MS = 30_000;
/** Of the time, that saving may take at the most. */
const MOST_OF_TIME = 1 / 50;

interface Kept {
  readonly questions: Questions;
  readonly space: Space;
  /** Whether an agent's questions of the namespace may be on the disk. */
  readonly kept: (namespace: string, agent: string) => boolean;
}

/** Keeps the questions for the next session, and shares them with other processes at each save. */
export class KeptStore {
  readonly #file: QuestionFile;
  readonly #problem: (error: Error) => void;
  #kept: Kept | undefined;
  #changed = false;
  readonly #removed = new Set<string>();
  #savedAt = Number.NEGATIVE_INFINITY;
  #tookMs = 0;
  #busy: Promise<void> = Promise.resolve();

  constructor(file: string, problem: (error: Error) => void) {
    this.#file = new QuestionFile(file, problem);
    this.#problem = problem;
  }

  /** Takes over what was kept. Never rejects. */
  async open(kept: Kept): Promise<void> {
    this.#kept = kept;
    await this.#takeNews().catch((error: Error) => this.#problem(error));
  }

  changed(): void {
    this.#changed = true;
  }

  /** What others have saved does not bring it back. */
  removed(key: string): void {
    this.#changed = true;
    this.#removed.add(key);
  }

  beat(now: number): void {
    if (!this.#changed || now - this.#savedAt < Math.max(EVERY_MS, this.#tookMs / MOST_OF_TIME)) return;
    this.#savedAt = now;
    this.#busy = this.#busy.then(() => this.#save());
  }

  /** Settles when everything is saved that changed. */
  async close(): Promise<void> {
    await this.#busy;
    if (this.#changed) await this.#save();
  }

  async #save(): Promise<void> {
    if (!this.#kept) return;
    const began = performance.now();
    this.#changed = false;
    try {
      await this.#takeNews();
      const { space } = this.#kept;
      await this.#file.save(
        { identity: space.identity, dimensions: space.dimensions },
        this.#pieces(this.#kept),
      );
      this.#removed.clear();
    } catch (error) {
      this.#changed = true;
      this.#problem(error as Error);
    }
    this.#tookMs = performance.now() - began;
  }

  *#pieces({ questions, space, kept }: Kept): Iterable<KeptQuestion> {
    const { identity } = space;
    for (const asked of questions.all()) {
      if (questions.get(asked.key) !== asked || !kept(asked.namespace, asked.agent)) continue;
      const { key, namespace, agent, bucket, text } = asked;
      // What another model has made meanwhile does not belong under the head of this file.
      const vector = space.identity === identity ? space.of(asked) : undefined;
      yield {
        ...{ key, namespace, agent, bucket, text },
        ...(vector && { vector: Buffer.from(vector.bytes.buffer).toString('base64'), scale: vector.scale }),
      };
    }
  }

  /** Questions that this process has already stay as they are; vectors of another model are left out. */
  async #takeNews(): Promise<void> {
    const news = await this.#file.news();
    if (!news || !this.#kept) return;
    const { questions, space, kept } = this.#kept;
    const slices = new Slices();
    for (const { key, namespace, agent, bucket, text, vector, scale } of news.questions) {
      if (slices.due) await slices.pause();
      if (questions.has(key) || this.#removed.has(key) || !kept(namespace, agent)) continue;
      const asked = questions.add(inBucket({ namespace, agent, bucket, text }), key);
      if (vector === undefined || scale === undefined || news.identity !== space.identity) continue;
      const bytes = new Int8Array(Buffer.from(vector, 'base64'));
      if (bytes.length === news.dimensions) space.putQuantised(asked, { bytes, scale });
    }
  }
}
