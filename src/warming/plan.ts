import type { Strategy } from './settings.ts';
import { hourOfWeek, type Usage, type Used } from './usage.ts';

export interface PlanOptions {
  readonly strategy: Exclude<Strategy, 'everything'>;
  /** Keys at the most. */
  readonly count: number;
  /** From 0, recency alone, to 1, frequency alone; for `hybrid`. */
  readonly hybridWeight: number;
  /** Only what this agent has asked for. */
  readonly agent?: string;
  readonly now: number;
}

/** An ask so long ago is half as recent, ms: a day. */
const RECENT_MS = 86_400_000;
const WEEK = 168;
/** What the hour before or after counts, and the same hour of another day, beside the same hour of the week. */
const NEAR_HOUR = 0.5;
const OTHER_DAY = 0.25;

type Score = (used: Used) => number;

/** Keys in the order in which they are worth having ready. */
export function plan(usage: Usage, options: PlanOptions): string[] {
  const { agent, count } = options;
  const all = [...usage].filter(([, { agents }]) => agent === undefined || agents.has(agent));
  if (options.strategy === 'per-agent') return inTurns(all, agent, count);
  const frequency: Score = ({ weight, agents }) => (agent === undefined ? weight : (agents.get(agent) ?? 0));
  return ordered(all, scored(all, frequency, options), frequency).slice(0, count);
}

function scored(
  all: readonly (readonly [string, Used])[],
  frequency: Score,
  { strategy, hybridWeight, now }: PlanOptions,
): Score {
  const recency: Score = ({ at }) => 2 ** (-Math.max(0, now - at) / RECENT_MS);
  switch (strategy) {
    case 'frequency':
    case 'per-agent':
      return frequency;
    case 'recency':
      return ({ at }) => at;
    case 'hybrid': {
      const most = all.reduce((most, [, used]) => Math.max(most, frequency(used)), Number.MIN_VALUE);
      return (used) => (hybridWeight * frequency(used)) / most + (1 - hybridWeight) * recency(used);
    }
    case 'time-of-use':
      return atThisTime(now);
  }
}

/** What was asked at this hour of the week, a little of it at the hours around, or at this hour of other days. */
function atThisTime(now: number): Score {
  const slot = hourOfWeek(now);
  return ({ hours }) => {
    let score = 0;
    for (const [hour, weight] of hours) {
      const apart = Math.abs(hour - slot);
      if (apart === 0) score += weight;
      else if (apart === 1 || apart === WEEK - 1) score += NEAR_HOUR * weight;
      else if (apart % 24 === 0) score += OTHER_DAY * weight;
    }
    return score;
  };
}

/** The most used key of every agent, then the second of each, so that none comes short. */
function inTurns(
  all: readonly (readonly [string, Used])[],
  agent: string | undefined,
  count: number,
): string[] {
  const agents = new Set(all.flatMap(([, used]) => [...used.agents.keys()]));
  const lists = [...(agent === undefined ? agents : [agent])].sort().map((name) => {
    const own: Score = (used) => used.agents.get(name) ?? 0;
    return ordered(all, own, own);
  });
  const keys = new Set<string>();
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  for (let turn = 0; turn < longest && keys.size < count; turn++) {
    for (const list of lists) {
      const key = list[turn];
      if (key !== undefined && keys.size < count) keys.add(key);
    }
  }
  return [...keys];
}

/** The best first, without those that have no score at all; ties by the second score. */
function ordered(all: readonly (readonly [string, Used])[], score: Score, ties: Score): string[] {
  return all
    .map(([key, used]) => ({ key, score: score(used), tie: ties(used) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || b.tie - a.tie)
    .map(({ key }) => key);
}
