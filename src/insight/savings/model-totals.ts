import type { Asked } from '../asked.ts';
import { Labelled } from '../latency/labelled.ts';

const MOST_MODELS = 32;
const UNNAMED = 'unnamed';

/** Calls of one model that hits stood in for, and what is known of their tokens and their price. */
interface ModelTotal {
  calls: number;
  /** Of these, those whose tokens are known, and those whose price is. */
  counted: number;
  priced: number;
  input: number;
  output: number;
  dollars: number;
}

/** The same as it is told. */
export interface ModelRow {
  readonly name: string;
  readonly calls: number;
  readonly counted: number;
  readonly priced: number;
  readonly tokens?: { readonly input: number; readonly output: number };
  readonly money?: { readonly amount: number; readonly currency: 'USD' };
}

/** What hits spared by model since the process started; bounded. */
export class ModelTotals {
  readonly #totals = new Labelled<ModelTotal>(
    () => ({ calls: 0, counted: 0, priced: 0, input: 0, output: 0, dollars: 0 }),
    MOST_MODELS,
  );

  add({ hit, model, saved }: Asked): void {
    if (!hit || model === undefined) return;
    const total = this.#totals.of(model === '' ? UNNAMED : model);
    total.calls++;
    if (saved?.tokens) total.counted++;
    if (saved?.money) total.priced++;
    total.input += saved?.tokens?.input ?? 0;
    total.output += saved?.tokens?.output ?? 0;
    total.dollars += saved?.money?.amount ?? 0;
  }

  /** Those that spared most calls first; what is known of none of its calls is absent. */
  rows(): ModelRow[] {
    return [...this]
      .map(([name, { input, output, dollars, ...counts }]) => ({
        ...{ name, ...counts },
        ...(counts.counted > 0 && { tokens: { input, output } }),
        ...(counts.priced > 0 && { money: { amount: dollars, currency: 'USD' as const } }),
      }))
      .sort((a, b) => b.calls - a.calls);
  }

  [Symbol.iterator](): IterableIterator<[string, ModelTotal]> {
    return this.#totals[Symbol.iterator]();
  }
}
