import * as z from 'zod';

/** Keys whose use is remembered. */
const MOST_KEYS = 5000;
/** Agents, and hours of the week, remembered for one key. */
const MOST_AGENTS = 8;
const MOST_HOURS = 24;
/** What was asked so long ago counts half, ms: a week. */
const HALF_LIFE_MS = 7 * 86_400_000;
/**
 * A later ask weighs more instead of every earlier one less, so that counts decay without being
 * touched; from here on, which a double carries for some twenty years.
 */
const LANDMARK = Date.UTC(2026, 0, 1);
/** What a kept weight may be, in asks of now: a clock that once ran ahead must not decide for good. */
const MOST_ASKS = 1e9;

const weights = z.record(z.string().max(200), z.number().nonnegative());
/** What one process keeps of the use of keys. */
export const keptUsageSchema = z.strictObject({
  version: z.literal(1),
  keys: z
    .array(
      z.strictObject({
        key: z.string().min(1).max(4096),
        weight: z.number().nonnegative(),
        /** Milliseconds since the epoch. */
        at: z.number().nonnegative(),
        /** Weights by hour of the week, 0 is Sunday's first. */
        hours: weights,
        agents: weights,
      }),
    )
    .max(MOST_KEYS),
});
export type KeptUsage = z.infer<typeof keptUsageSchema>;

/** How a key has been asked for. Weights compare with each other, of whichever keys. */
export interface Used {
  readonly weight: number;
  /** When last, milliseconds since the epoch. */
  readonly at: number;
  /** Weights by hour of the week, see {@link hourOfWeek}. */
  readonly hours: ReadonlyMap<number, number>;
  readonly agents: ReadonlyMap<string, number>;
}

interface Counted extends Used {
  weight: number;
  at: number;
  readonly hours: Map<number, number>;
  readonly agents: Map<string, number>;
}

/** From 0, Sunday between midnight and one, to 167; in local time. */
export function hourOfWeek(at: number): number {
  const date = new Date(at);
  return date.getDay() * 24 + date.getHours();
}

/** Which keys are asked for: how often, when last, at which hours of the week and by whom; bounded, decaying. */
export class Usage {
  readonly #byKey = new Map<string, Counted>();

  get size(): number {
    return this.#byKey.size;
  }

  of(key: string): Used | undefined {
    return this.#byKey.get(key);
  }

  [Symbol.iterator](): Iterator<[string, Used]> {
    return this.#byKey.entries();
  }

  add(key: string, at: number, agent: string | undefined): void {
    const weight = weightAt(at);
    const used = this.#used(key);
    used.weight += weight;
    used.at = Math.max(used.at, at);
    raise(used.hours, hourOfWeek(at), weight, MOST_HOURS);
    if (agent !== undefined) raise(used.agents, agent, weight, MOST_AGENTS);
    this.#trim(1.1);
  }

  /** Adds what another process has counted. */
  merge(kept: KeptUsage, now: number): void {
    const most = weightAt(now) * MOST_ASKS;
    const bounded = (weight: number) => Math.min(weight, most);
    for (const { key, weight, at, hours, agents } of kept.keys) {
      const used = this.#used(key);
      used.weight += bounded(weight);
      used.at = Math.max(used.at, Math.min(at, now));
      for (const [hour, part] of Object.entries(hours))
        raise(used.hours, Number(hour), bounded(part), MOST_HOURS);
      for (const [agent, part] of Object.entries(agents))
        raise(used.agents, agent, bounded(part), MOST_AGENTS);
    }
    this.#trim(1);
  }

  kept(): KeptUsage {
    this.#trim(1);
    const keys = [...this.#byKey].map(([key, { weight, at, hours, agents }]) => {
      return { key, weight: short(weight), at, hours: rounded(hours), agents: rounded(agents) };
    });
    return { version: 1, keys };
  }

  #used(key: string): Counted {
    let used = this.#byKey.get(key);
    if (!used) {
      used = { weight: 0, at: 0, hours: new Map(), agents: new Map() };
      this.#byKey.set(key, used);
    }
    return used;
  }

  /** Forgets the least used keys, many at a time. */
  #trim(slack: number): void {
    if (this.#byKey.size <= MOST_KEYS * slack) return;
    const least = [...this.#byKey].sort(([, a], [, b]) => a.weight - b.weight || a.at - b.at);
    for (const [key] of least.slice(0, least.length - MOST_KEYS)) this.#byKey.delete(key);
  }
}

function weightAt(at: number): number {
  return 2 ** ((at - LANDMARK) / HALF_LIFE_MS);
}

/** Of too many names the one that weighs least goes, never the one that was raised. */
function raise<K>(weights: Map<K, number>, name: K, by: number, most: number): void {
  weights.set(name, (weights.get(name) ?? 0) + by);
  if (weights.size <= most) return;
  const [least] = [...weights].filter(([other]) => other !== name).sort(([, a], [, b]) => a - b);
  if (least) weights.delete(least[0]);
}

/** Four digits say enough of a weight, and keep the file small. */
function rounded<K>(weights: ReadonlyMap<K, number>): Record<string, number> {
  return Object.fromEntries([...weights].map(([name, weight]) => [name, short(weight)]));
}

function short(weight: number): number {
  return Number(weight.toPrecision(4));
}
