import { type Near, type Quantised, quantised, VectorIndex } from './index/vector-index.ts';
import type { Asked } from './questions/questions.ts';

/** The vectors of the questions, all of one model and as long. */
export class Space {
  #index: VectorIndex | undefined;
  #identity = '';

  get identity(): string {
    return this.#identity;
  }

  /** 0 while there is none. */
  get dimensions(): number {
    return this.#index?.dimensions ?? 0;
  }

  /** From now on for the vectors of this model: those of another one are dropped. */
  become(identity: string, questions: readonly Asked[]): void {
    if (identity === this.#identity) return;
    this.#identity = identity;
    this.#empty(questions);
  }

  /** A model under the same name that answers another length is another model. */
  fit(dimensions: number, questions: readonly Asked[]): void {
    if (this.dimensions !== 0 && this.dimensions !== dimensions) this.#empty(questions);
  }

  #empty(questions: readonly Asked[]): void {
    this.#index = undefined;
    for (const asked of questions) asked.slot = undefined;
  }

  /** Throws a RangeError when there is no memory for more. */
  put(asked: Asked, vector: Float32Array): void {
    const small = quantised(vector);
    if (small) this.putQuantised(asked, small);
  }

  putQuantised(asked: Asked, small: Quantised): void {
    this.#index ??= new VectorIndex(small.bytes.length);
    if (small.bytes.length !== this.#index.dimensions) return;
    this.drop(asked);
    asked.slot = this.#index.add(small);
  }

  of(asked: Asked): Quantised | undefined {
    return asked.slot === undefined ? undefined : this.#index?.at(asked.slot);
  }

  drop(asked: Asked): void {
    if (asked.slot === undefined) return;
    this.#index?.remove(asked.slot);
    asked.slot = undefined;
  }

  async nearest(vector: Float32Array, items: readonly Asked[], most: number): Promise<Near<Asked>[]> {
    if (vector.length !== this.#index?.dimensions) return [];
    return this.#index.nearest(vector, items, most);
  }
}
