import { readFileSync } from 'node:fs';
import type { AlertRule } from '../insight/alerts/rule.ts';
import { DEFAULT_ALERTS, readRules } from '../insight/alerts/rules.ts';
import { DEFAULT_WARM, STRATEGIES, scheduleProblem, type WarmSettings } from '../warming/settings.ts';

/** Of warming and alerts, as `parseArgs` takes them. */
export const WARM_FLAGS = {
  'warm-at-start': { type: 'boolean', default: false },
  'warm-strategy': { type: 'string', default: DEFAULT_WARM.strategy },
  'warm-count': { type: 'string', default: String(DEFAULT_WARM.count) },
  'warm-hybrid-weight': { type: 'string', default: String(DEFAULT_WARM.hybridWeight) },
  'warm-schedule': { type: 'string', default: DEFAULT_WARM.schedule },
  'refresh-expiring': { type: 'boolean', default: false },
  'warm-when-idle': { type: 'boolean', default: DEFAULT_WARM.whenIdle },
  'warm-max-cpu': { type: 'string', default: String(DEFAULT_WARM.maxCpuPercent) },
  alerts: { type: 'string' },
} as const;

export const WARM_OPTIONS = `  --warm-at-start, --warm-when-idle, --warm-schedule CRON
                   when to compute ahead; CRON has five parts, in local time: "0 8 * * 1-5"
  --refresh-expiring
                   compute what is asked for again anew before its lifetime ends
  --warm-strategy  ${STRATEGIES.join(', ')} (default: ${DEFAULT_WARM.strategy})
  --warm-count N   keys at the most, for all but everything (default: ${DEFAULT_WARM.count})
  --warm-hybrid-weight W  from 0, recency alone, to 1, frequency alone (default: ${DEFAULT_WARM.hybridWeight})
  --warm-max-cpu P percent of one core that warming takes at the most (default: ${DEFAULT_WARM.maxCpuPercent})
  --alerts FILE    JSON with a list of rules, as the setting agentCache.alerts. The webhook's address is
                   taken from AGENT_CACHE_ALERT_WEBHOOK; log and notification go to standard error.`;

export interface WarmArguments {
  readonly warm: WarmSettings;
  readonly warmAtStart: boolean;
  readonly alerts: readonly AlertRule[];
}

type Flags = { readonly [F in Exclude<keyof typeof WARM_FLAGS, 'alerts'>]: string | boolean } & {
  readonly alerts?: string | undefined;
};

/** Throws an Error with one clear sentence for what does not fit. */
export function readWarmArguments(flags: Flags): WarmArguments {
  const given = String(flags['warm-strategy']);
  const strategy = STRATEGIES.find((name) => name === given);
  if (!strategy) throw new Error(`--warm-strategy ${given} is none. There are: ${STRATEGIES.join(', ')}.`);
  const schedule = String(flags['warm-schedule']);
  const wrong = scheduleProblem(schedule);
  if (wrong) throw new Error(`--warm-schedule: ${wrong}`);
  return {
    warm: {
      strategy,
      count: number(flags, 'warm-count', 1, 5000, true),
      hybridWeight: number(flags, 'warm-hybrid-weight', 0, 1, false),
      schedule,
      whenIdle: flags['warm-when-idle'] === true,
      refreshExpiring: flags['refresh-expiring'] === true,
      maxCpuPercent: number(flags, 'warm-max-cpu', 1, 100, true),
    },
    warmAtStart: flags['warm-at-start'] === true,
    alerts: readAlerts(flags.alerts),
  };
}

function number(flags: Flags, name: keyof Flags, least: number, most: number, whole: boolean): number {
  const text = String(flags[name]);
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  throw new Error(
    `--${name} ${text} does not fit: a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`,
  );
}

/** A server is not to run under rules that nobody chose: a wrong one is refused with all others. */
function readAlerts(file: string | undefined): readonly AlertRule[] {
  let declared: unknown = DEFAULT_ALERTS;
  try {
    if (file !== undefined) declared = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`--alerts ${file} cannot be read as JSON: ${(error as Error).message}`);
  }
  const { rules = [], problems } = readRules(declared);
  if (problems.length > 0) throw new Error(`--alerts ${file}: ${problems.join(' ')}`);
  return rules;
}
