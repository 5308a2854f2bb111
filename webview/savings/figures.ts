/** How what was saved reads; what was not measured is unknown, with the reason, and never 0. */
import type { Saved } from '../../src/protocol/savings.ts';
import { formatCompact, formatCount, formatDuration, formatMoney, formatPercent } from '../format.ts';

export interface SavedFigure {
  readonly label: string;
  /** `undefined` is unknown. */
  text(saved: Saved): string | undefined;
  /** Whether there is nothing that could be known. */
  needless?(saved: Saved): boolean;
  /** What the figure counts; where it is unknown, why. */
  note(saved: Saved): string;
}

export const FIGURES: readonly SavedFigure[] = [
  {
    label: 'Answers',
    text: ({ calls }) => formatCount(calls),
    note: () => 'Answers that the cache gave without computing.',
  },
  {
    label: 'Time',
    text: ({ ms }) => (ms === undefined ? undefined : formatDuration(ms)),
    note: (saved) =>
      saved.ms === undefined
        ? unknown(saved, 'No answer had its computing time measured when it was computed.')
        : measuredOf(saved),
  },
  {
    label: 'Tokens',
    needless: withoutModels,
    text: ({ tokens }) => (tokens ? formatCompact(tokens.input + tokens.output) : undefined),
    note: (saved) =>
      saved.tokens
        ? `${formatCount(saved.tokens.input)} input and ${formatCount(saved.tokens.output)} output tokens of model calls that were not made${knownOf(saved, saved.counted, 'counted')}.`
        : unknown(
            saved,
            withoutModels(saved)
              ? NO_MODELS
              : 'The provider counted the tokens of none of these model calls.',
          ),
  },
  {
    label: 'Money',
    needless: withoutModels,
    text: ({ money }) => (money ? formatMoney(money) : undefined),
    note: (saved) =>
      saved.money
        ? `Tokens of model calls that were not made, at the prices under “What this rests on”${knownOf(saved, saved.priced, 'priced')}.`
        : unknown(
            saved,
            withoutModels(saved)
              ? NO_MODELS
              : saved.tokens
                ? 'No price is known for the models whose tokens were counted.'
                : 'Without counted tokens there is nothing to price.',
          ),
  },
];

const NO_MODELS = 'None of these answers stood in for a call of a model.';

function withoutModels({ calls, modelCalls }: Saved): boolean {
  return calls > 0 && modelCalls === undefined;
}

function unknown({ calls }: Saved, why: string): string {
  return calls === 0 ? 'Nothing was saved yet.' : why;
}

/** `, counted for 12 of 15 of them`; nothing where all are known. */
function knownOf({ modelCalls }: Saved, known: number | undefined, done: 'counted' | 'priced'): string {
  if (modelCalls === undefined || known === undefined || known >= modelCalls) return '';
  return `, ${done} for ${formatCount(known)} of ${formatCount(modelCalls)} of them`;
}

/** `Measured for 840 of 1,000 answers (84.0%); the others are not counted.` */
function measuredOf({ calls, measured }: Saved): string {
  if (measured >= calls) return 'What computing these answers had taken, measured for each.';
  const share = formatPercent(calls > 0 ? measured / calls : undefined);
  return `Measured for ${formatCount(measured)} of ${formatCount(calls)} answers (${share}); the others are not in it.`;
}
