import type { Asked } from '../asked.ts';
import { Labelled } from '../latency/labelled.ts';

const MOST_MODELS = 32;
const UNNAMED = 'unnamed';

/** Calls of one model that hits stood in for, and what is known of their tokens and their price. */
interface ModelTotal {
  calls: number;
  input: number;
  output: number;
  dollars: number;
}

/** What hits spared by model since the process started; bounded. */
export class ModelTotals {
  readonly #totals = new Labelled<ModelTotal>(
    () => ({ calls: 0, input: 0, output: 0, dollars: 0 }),
    MOST_MODELS,
  );

  add({ hit, model, saved }: Asked): void {
    if (!hit || model === undefined) return;
    const total = this.#totals.of(model === '' ? UNNAMED : model);
    total.calls++;
    total.input += saved?.tokens?.input ?? 0;
    total.output += saved?.tokens?.output ?? 0;
    total.dollars += saved?.money?.amount ?? 0;
  }

  [Symbol.iterator](): IterableIterator<[string, ModelTotal]> {
    return this.#totals[Symbol.iterator]();
  }
}
