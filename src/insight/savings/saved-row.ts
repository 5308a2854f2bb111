import * as z from 'zod';
import type { Saved } from '../../protocol/savings.ts';
import type { Asked } from '../asked.ts';

const count = z.number().nonnegative();

/** What hits avoided; what was not measured is absent. */
export const savedSchema = z.object({
  calls: count,
  measured: count,
  ms: z.exactOptional(count),
  modelCalls: z.exactOptional(count),
  counted: z.exactOptional(count),
  priced: z.exactOptional(count),
  tokens: z.exactOptional(z.object({ input: count, output: count })),
  money: z.exactOptional(z.object({ amount: count, currency: z.literal('USD') })),
}) satisfies z.ZodType<Saved>;

export const NOTHING: Saved = { calls: 0, measured: 0 };

/** One hit. */
export function savedBy({ saved, model }: Asked): Saved {
  const { ms, tokens, money } = saved ?? {};
  const asked = model !== undefined || tokens !== undefined || money !== undefined;
  return {
    calls: 1,
    measured: ms === undefined ? 0 : 1,
    ...(ms !== undefined && { ms }),
    ...(asked && { modelCalls: 1 }),
    ...(tokens && { tokens, counted: 1 }),
    ...(money && { money, priced: 1 }),
  };
}

/** Unknown and something is something; unknown and unknown stays unknown. */
export function plus(a: Saved, b: Saved): Saved {
  const ms = sum(a.ms, b.ms);
  const modelCalls = sum(a.modelCalls, b.modelCalls);
  const counted = sum(a.counted, b.counted);
  const priced = sum(a.priced, b.priced);
  const input = sum(a.tokens?.input, b.tokens?.input);
  const output = sum(a.tokens?.output, b.tokens?.output);
  const amount = sum(a.money?.amount, b.money?.amount);
  return {
    calls: a.calls + b.calls,
    measured: a.measured + b.measured,
    ...(ms !== undefined && { ms }),
    ...(modelCalls !== undefined && { modelCalls }),
    ...(counted !== undefined && { counted }),
    ...(priced !== undefined && { priced }),
    ...(input !== undefined && output !== undefined && { tokens: { input, output } }),
    ...(amount !== undefined && { money: { amount, currency: 'USD' } }),
  };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : a + b;
}
