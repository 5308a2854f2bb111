import { Cron } from 'croner';

export const STRATEGIES = [
  'everything',
  'frequency',
  'recency',
  'hybrid',
  'time-of-use',
  'per-agent',
] as const;
/** What is warmed, and in which order: see docs/warming.md. */
export type Strategy = (typeof STRATEGIES)[number];

export interface WarmSettings {
  readonly strategy: Strategy;
  /** Keys at the most, for every strategy but `everything`. */
  readonly count: number;
  /** From 0, recency alone, to 1, frequency alone. */
  readonly hybridWeight: number;
  /** A cron expression of five parts in local time; '' for none. */
  readonly schedule: string;
  readonly whenIdle: boolean;
  /** Whether what is asked for again is computed anew before it expires. */
  readonly refreshExpiring: boolean;
  /** Of one core, for warming that nobody waits for; 1 to 100. */
  readonly maxCpuPercent: number;
}

export const DEFAULT_WARM: WarmSettings = {
  strategy: 'everything',
  count: 500,
  hybridWeight: 0.5,
  schedule: '',
  whenIdle: false,
  refreshExpiring: true,
  maxCpuPercent: 50,
};

/** When the schedule comes due after a moment, ms; undefined when never. Throws for what is no schedule. */
export function nextRun(schedule: string, after: number): number | undefined {
  return parsed(schedule).nextRun(new Date(after))?.getTime();
}

/** What is wrong with a schedule, in a sentence with what fits; undefined when it is right, or ''. */
export function scheduleProblem(schedule: string): string | undefined {
  if (schedule === '') return undefined;
  const fits =
    'Fits: a cron expression of five parts (minute, hour, day of month, month, day of week) such as "0 8 * * 1-5", "@hourly", or nothing.';
  try {
    if (nextRun(schedule, Date.now()) !== undefined) return undefined;
    return `${JSON.stringify(schedule)} never comes due. ${fits}`;
  } catch {
    const shown = schedule.length > 100 ? `${schedule.slice(0, 100)}…` : schedule;
    return `${JSON.stringify(shown)} is no schedule. ${fits}`;
  }
}

function parsed(schedule: string): Cron {
  return new Cron(schedule, { mode: '5-part', paused: true });
}
