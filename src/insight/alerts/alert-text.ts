import { durationText } from '../../cache/policy/quantities.ts';
import { type Narrowing, SHAPES, type Unit } from './metrics.ts';
import type { AlertRule } from './rule.ts';

const IS = { '<': 'below', '<=': 'at or below', '>': 'above', '>=': 'at or above' } as const;

const OF: Readonly<Record<Narrowing, string>> = {
  namespace: ' of the namespace ',
  level: ' of the level ',
  reason: ' for the reason ',
};

const SHOW: Readonly<Record<Unit, (value: number) => string>> = {
  part: (value) => `${number(100 * value)} %`,
  count: number,
  perMinute: (value) => `${number(value)} per minute`,
  ms: (value) => `${number(value)} ms`,
};

/** `memory in use is 97 %, above 95 %, over 1 min.` */
export function textOf(rule: AlertRule, value: number): string {
  const { unit } = SHAPES[rule.metric];
  const plural = unit === 'count' || unit === 'perMinute';
  const { of, condition } = conditionOf(rule);
  return `${of}${plural ? ':' : ' is'} ${valueText(rule, value)}, ${condition}.`;
}

/** What a rule watches, `memory in use`, and what it waits for, `above 95 %, over 1 min`. */
export function conditionOf(rule: AlertRule): { readonly of: string; readonly condition: string } {
  const { metric, narrowedTo, operator, threshold, windowMs } = rule;
  const { title, unit, by } = SHAPES[metric];
  const narrowed = narrowedTo !== undefined && by ? `${OF[by]}"${narrowedTo}"` : '';
  const condition = `${IS[operator]} ${SHOW[unit](threshold)}, over ${durationText(windowMs)}`;
  return { of: `${title}${narrowed}`, condition };
}

/** A value of the rule's metric with its unit, `97 %`. */
export function valueText({ metric }: AlertRule, value: number): string {
  return SHOW[SHAPES[metric].unit](value);
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : 1 });
}
