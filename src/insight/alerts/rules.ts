import type * as z from 'zod';
import { shown } from '../../cache/policy/quantities.ts';
import { type AlertInput, type AlertRule, alertSchema } from './rule.ts';

/** Told of in the log, unless the setting says otherwise: what nobody wants to find out by chance. */
export const DEFAULT_ALERTS = [
  {
    name: 'a level fails',
    metric: 'failing',
    operator: '>',
    threshold: 0,
    window: '5 min',
    actions: ['log'],
  },
  {
    name: 'memory runs out',
    metric: 'memory',
    operator: '>',
    threshold: '95%',
    window: '1 min',
    actions: ['log'],
  },
] as const satisfies readonly DefaultAlert[];

type DefaultAlert = Omit<AlertInput, 'actions'> & { readonly actions: readonly ['log'] };

const SETTING = 'agentCache.alerts';
export const MOST_RULES = 50;

export interface ReadRules {
  readonly rules: readonly AlertRule[];
  /** Sentences, each with the path of what it is about. */
  readonly problems: readonly string[];
}

/** The rules that are right; a wrong one is refused alone. Undefined rules for what is no list of them. */
export function readRules(input: unknown): Partial<ReadRules> & Pick<ReadRules, 'problems'> {
  if (!Array.isArray(input)) {
    return { problems: [`${SETTING}: ${shown(input)} does not fit. Fits: a list of rules.`] };
  }
  if (input.length > MOST_RULES) {
    return { problems: [`${SETTING}: ${input.length} rules are too many. Fits: ${MOST_RULES} at the most.`] };
  }
  const rules: AlertRule[] = [];
  const problems: string[] = [];
  for (const [index, one] of input.entries()) {
    const path = `${SETTING}[${index}]`;
    if (typeof one !== 'object' || one === null || Array.isArray(one)) {
      problems.push(`${path}: ${shown(one)} does not fit. Fits: an object.`);
      continue;
    }
    const parsed = alertSchema.safeParse(one);
    if (!parsed.success) problems.push(...parsed.error.issues.map((issue) => sentence(path, issue)));
    else if (rules.some(({ name }) => name === parsed.data.name)) {
      problems.push(
        `${path}.name: ${shown(parsed.data.name)} is the name of a rule before it. Name each differently.`,
      );
    } else rules.push(parsed.data);
  }
  return { rules, problems };
}

function sentence(path: string, issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    return `${path}: There is no field ${issue.keys.map((key) => shown(key)).join(', ')}. There are: ${FIELDS.join(', ')}.`;
  }
  const where = issue.path.map((at) => (typeof at === 'number' ? `[${at}]` : `.${String(at)}`)).join('');
  return `${path}${where}: ${issue.message}`;
}

const FIELDS: readonly (keyof AlertInput)[] = [
  'name',
  'enabled',
  'metric',
  'namespace',
  'level',
  'reason',
  'operator',
  'threshold',
  'window',
  'cooldown',
  'actions',
];
