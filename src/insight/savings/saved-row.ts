import * as z from 'zod';
import type { Saved } from '../../protocol/savings.ts';

const count = z.number().nonnegative();

/** What hits avoided; what was not measured is absent. */
export const savedSchema = z.object({
  calls: count,
  measured: count,
  ms: z.exactOptional(count),
  tokens: z.exactOptional(z.object({ input: count, output: count })),
  money: z.exactOptional(z.object({ amount: count, currency: z.literal('USD') })),
}) satisfies z.ZodType<Saved>;

export const NOTHING: Saved = { calls: 0, measured: 0 };

/** Unknown and something is something; unknown and unknown stays unknown. */
export function plus(a: Saved, b: Saved): Saved {
  const ms = sum(a.ms, b.ms);
  const input = sum(a.tokens?.input, b.tokens?.input);
  const output = sum(a.tokens?.output, b.tokens?.output);
  const amount = sum(a.money?.amount, b.money?.amount);
  return {
    calls: a.calls + b.calls,
    measured: a.measured + b.measured,
    ...(ms !== undefined && { ms }),
    ...(input !== undefined && output !== undefined && { tokens: { input, output } }),
    ...(amount !== undefined && { money: { amount, currency: 'USD' } }),
  };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : a + b;
}
