import type { ModelTotals } from '../savings/model-totals.ts';
import type { Family } from './text-format.ts';

/** What hits spared of models; what is unknown adds nothing. */
export function modelFamilies(models: ModelTotals): Family[] {
  const totals = [...models];
  const each = (of: (total: (typeof totals)[number][1]) => number) =>
    totals.map(([model, total]) => ({ labels: { model }, value: of(total) }));
  const tokens = totals.flatMap(([model, { input, output }]) => [
    { labels: { model, direction: 'input' }, value: input },
    { labels: { model, direction: 'output' }, value: output },
  ]);
  return [
    {
      name: 'agent_cache_saved_model_calls_total',
      help: 'Calls of models that hits stood in for.',
      type: 'counter',
      samples: each(({ calls }) => calls),
    },
    {
      name: 'agent_cache_saved_tokens_total',
      help: 'Tokens of these calls, as far as the provider counted them.',
      type: 'counter',
      samples: tokens,
    },
    {
      name: 'agent_cache_saved_dollars_total',
      help: 'List price of these tokens in US dollars, as far as it is known.',
      type: 'counter',
      samples: each(({ dollars }) => dollars),
    },
  ];
}
