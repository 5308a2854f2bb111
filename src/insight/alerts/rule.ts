import * as z from 'zod';
import { LEVELS } from '../../cache/policy/policy.ts';
import { durationMs, QuantityError, shown } from '../../cache/policy/quantities.ts';
import { fits } from '../../cache/policy/schema.ts';
import { MISS_REASONS } from '../../protocol/misses.ts';
import { METRICS, NARROWED, SHAPES, type Unit } from './metrics.ts';

export const OPERATORS = ['<', '<=', '>', '>='] as const;
export const ACTIONS = ['notification', 'log', 'webhook'] as const;
type Action = (typeof ACTIONS)[number];

const SECOND = 1000;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** One of a few texts; the error quotes them. */
function oneOf<const T extends readonly string[]>(choices: T) {
  const quoted = choices.map((choice) => `"${choice}"`);
  return z.enum(choices, { error: fits(`${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`) });
}

/** `none`, which is 0, is below every bound; it fits where it is named. */
function duration(least: number, what: string, standard: string) {
  const none = what.includes('"none"');
  return z
    .union([z.string(), z.number()], { error: fits(what) })
    .default(standard)
    .transform((input, context) => {
      const ms = durationOr(input);
      if (ms !== undefined && ((ms >= least && ms <= DAY) || (none && ms === 0))) return ms;
      context.addIssue({ code: 'custom', message: `${shown(input)} does not fit. Fits: ${what}.` });
      return z.NEVER;
    });
}

function durationOr(input: string | number): number | undefined {
  try {
    return durationMs(input);
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

const aThreshold = { error: fits('a number, "60%", or a duration such as "500 ms"') };
const aName = { error: fits('a text of 1 to 100 characters') };
const aNamespace = { error: fits('the name of a namespace, such as "analysis"') };
const someActions = { error: fits('a list of "notification", "log" and "webhook"') };

const declared = z.strictObject({
  name: z
    .string(aName)
    .regex(/^[^\p{Cc}]{1,100}$/u, aName)
    .optional(),
  enabled: z.boolean({ error: fits('true or false') }).default(true),
  metric: oneOf(METRICS),
  namespace: z
    .string(aNamespace)
    .regex(/^[a-z][a-z0-9-]{0,99}$/, aNamespace)
    .optional(),
  level: oneOf(LEVELS).optional(),
  reason: oneOf(MISS_REASONS).optional(),
  operator: oneOf(OPERATORS),
  threshold: z.union([z.string(), z.number()], aThreshold),
  window: duration(5 * SECOND, 'a duration from "5 s" to "24h"', '5 min'),
  cooldown: duration(MINUTE, 'a duration from "1 min" to "24h", or "none"', '1 h'),
  actions: z.array(oneOf(ACTIONS), someActions).min(1, someActions).max(3, someActions).default(['log']),
});

/** A rule as it is declared; what is absent has a default. */
export type AlertInput = z.input<typeof declared>;

/** A rule, checked: `threshold` in the unit of its metric, times in milliseconds. */
export interface AlertRule {
  readonly name: string;
  readonly enabled: boolean;
  readonly metric: (typeof METRICS)[number];
  /** The namespace, level or reason that the metric is narrowed to. */
  readonly narrowedTo: string | undefined;
  readonly operator: (typeof OPERATORS)[number];
  readonly threshold: number;
  readonly windowMs: number;
  /** 0: told once, and not again while it lasts. */
  readonly cooldownMs: number;
  readonly actions: readonly Action[];
}

export const alertSchema = declared.transform((rule, context): AlertRule => {
  const { metric, operator } = rule;
  const { unit, by } = SHAPES[metric];
  const refuse = (path: string, message: string): void => {
    context.addIssue({ code: 'custom', path: [path], message });
  };
  for (const name of NARROWED) {
    if (rule[name] === undefined || name === by) continue;
    const metrics = METRICS.filter((other) => SHAPES[other].by === name).map((other) => `"${other}"`);
    refuse(name, `"${metric}" is not counted by ${name}. ${metrics.join(' and ')} can be.`);
  }
  const threshold = thresholdOf(rule.threshold, unit);
  if (threshold === undefined) {
    refuse('threshold', `${shown(rule.threshold)} does not fit "${metric}". Fits: ${THRESHOLDS[unit]}.`);
  }
  const narrowedTo = by && rule[by];
  return {
    name: rule.name ?? nameOf(metric, narrowedTo, operator, rule.threshold),
    enabled: rule.enabled,
    metric,
    narrowedTo,
    operator,
    threshold: threshold ?? 0,
    windowMs: rule.window,
    cooldownMs: rule.cooldown,
    actions: [...new Set(rule.actions)],
  };
});

const THRESHOLDS: Readonly<Record<Unit, string>> = {
  part: 'a part from 0 to 1 such as 0.6, or "60%"',
  count: 'a number from 0 to 1000000',
  perMinute: 'a number per minute, from 0 to 1000000',
  ms: 'a duration such as "500 ms", or a number of milliseconds',
};
const MOST = 1_000_000;

function thresholdOf(input: string | number, unit: Unit): number | undefined {
  if (unit === 'ms') return durationOr(input);
  if (unit !== 'part') return typeof input === 'number' && input >= 0 && input <= MOST ? input : undefined;
  const part = typeof input === 'number' ? input : Number(/^(\d{1,3}(?:\.\d+)?) ?%$/.exec(input)?.[1]) / 100;
  return part >= 0 && part <= 1 ? part : undefined;
}

function nameOf(
  metric: string,
  to: string | undefined,
  operator: string,
  threshold: string | number,
): string {
  return `${metric}${to === undefined ? '' : ` of ${to}`} ${operator} ${String(threshold).slice(0, 20)}`;
}
