import type { Saved } from '../../protocol/savings.ts';

/** The list of prices, its version and the day of its prices. */
export const PRICES = { name: '@pydantic/genai-prices', version: '0.1.8', day: '2026-09-23' } as const;

const ALWAYS = [
  'A call is an answer that needed no computation; answers of a computation that was already running are not counted.',
  'The time that a hit saved is what computing that very entry took when it ran; where that was not measured, nothing is counted.',
  'Of callers that ask the cache itself, only sums are counted: their hits count as measured where any of them saved time.',
  'What a computation read of other entries is no answer and is not counted: the answer that rests on it took the less time.',
  'What looking an answer up took is not subtracted.',
];

const NO_TOKENS =
  'Tokens and money are unknown: no answer in this period stood in for a call of a model, and none are estimated.';

const TOKENS = 'Tokens are those that the provider counted when the model gave the answer.';

const MONEY = [
  `Money is the list price of these tokens in US dollars, as ${PRICES.name} ${PRICES.version} has it (prices of ${PRICES.day}); subscriptions, rebates and batches are not known here.`,
  'What the provider had read from its own cache for the answer counts at its lower price there, and what it had written there at its higher one.',
];

const whole = new Intl.NumberFormat('en-US');

/** What the figures rest on, a sentence each. */
export function assumptions(total: Saved): string[] {
  const { modelCalls = 0, counted = 0, priced = 0, tokens, money } = total;
  if (modelCalls === 0) return [...ALWAYS, NO_TOKENS];
  return [
    ...ALWAYS,
    ...(tokens ? [TOKENS] : []),
    ...partly('tokens', counted, modelCalls, 'the provider did not count them'),
    ...(money ? MONEY : []),
    ...partly('price', priced, modelCalls, 'the model is not in the list, or its tokens are unknown'),
  ];
}

/** Of how many calls something is known, where it is not of all. */
function partly(what: 'tokens' | 'price', known: number, calls: number, why: string): string[] {
  if (known >= calls) return [];
  const are = what === 'tokens' ? 'The tokens are' : 'The price is';
  const all = calls === 1 ? 'the one call of a model' : `all ${whole.format(calls)} calls of models`;
  return [
    known === 0
      ? `${are} unknown of ${all}: ${why}. Nothing is estimated.`
      : `${are} known of ${whole.format(known)} of ${whole.format(calls)} calls of models; of the others ${why}, and nothing is estimated.`,
  ];
}
