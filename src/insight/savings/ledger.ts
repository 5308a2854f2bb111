import * as z from 'zod';
import type { Saved } from '../../protocol/savings.ts';
import { plus, savedSchema } from './saved-row.ts';

/** Who and what a hit was for; `''` is unknown. */
export interface SavedFor {
  readonly namespace: string;
  readonly agent: string;
  readonly model: string;
}

/** Days that are kept one by one; older ones are only in the sum of all. */
const MOST_DAYS = 31;
/** Kinds of a day that are told apart; of more, namespace, agent and model are unknown. */
const MOST_KINDS = 500;
const LONGEST_NAME = 200;

const name = z.string().max(LONGEST_NAME);
const row = z.object({ namespace: name, agent: name, model: name, saved: savedSchema });
const rows = z.array(row).max(MOST_KINDS + 1);

/** What is kept of a ledger for the next session. */
export const ledgerSchema = z.object({
  /** ms since the epoch, as are the days' beginnings. */
  since: z.number(),
  days: z.array(z.object({ t: z.number(), rows })).max(2 * MOST_DAYS),
  all: rows,
});

type Kept = z.infer<typeof ledgerSchema>;
export type SavedRowOf = z.infer<typeof row>;
type Kinds = Map<string, SavedRowOf>;

/** What hits avoided, by day and since ever, by namespace, agent and model; bounded. */
export class SavingsLedger {
  readonly #days = new Map<number, Kinds>();
  readonly #all: Kinds = new Map();
  readonly #dayOf: (at: number) => number;
  #since: number;
  /** Raised by everything that is to be kept. */
  revision = 0;

  /** `dayOf` gives the beginning of a moment's day. */
  constructor(now: number, dayOf: (at: number) => number = localDay) {
    this.#since = now;
    this.#dayOf = dayOf;
  }

  /** When it began. */
  get since(): number {
    return this.#since;
  }

  add(at: number, of: SavedFor, saved: Saved): void {
    this.revision++;
    put(this.#day(this.#dayOf(at)), of, saved);
    put(this.#all, of, saved);
    this.#bound();
  }

  /** The rows of the days that begin at `from` or later, by the beginning of the day. */
  days(from: number): (readonly [t: number, rows: readonly SavedRowOf[]])[] {
    return [...this.#days]
      .filter(([t]) => t >= from)
      .sort(([a], [b]) => a - b)
      .map(([t, kinds]) => [t, [...kinds.values()]] as const);
  }

  get all(): readonly SavedRowOf[] {
    return [...this.#all.values()];
  }

  dayOf(at: number): number {
    return this.#dayOf(at);
  }

  keep(): Kept {
    const days = this.days(Number.NEGATIVE_INFINITY).map(([t, some]) => ({ t, rows: [...some] }));
    return { since: this.#since, days, all: [...this.#all.values()] };
  }

  /** Adds what an ended process has kept. */
  take({ since, days, all }: Kept): void {
    this.#since = Math.min(this.#since, since);
    for (const { t, rows: some } of days) {
      const day = this.#day(this.#dayOf(t));
      for (const { saved, ...of } of some) put(day, of, saved);
    }
    for (const { saved, ...of } of all) put(this.#all, of, saved);
    this.#bound();
    this.revision++;
  }

  #day(t: number): Kinds {
    const known = this.#days.get(t);
    if (known) return known;
    const day: Kinds = new Map();
    this.#days.set(t, day);
    return day;
  }

  #bound(): void {
    while (this.#days.size > MOST_DAYS) this.#days.delete(Math.min(...this.#days.keys()));
  }
}

function put(kinds: Kinds, of: SavedFor, saved: Saved): void {
  const named = `${of.namespace}\n${of.agent}\n${of.model}`;
  const full = kinds.size >= MOST_KINDS && !kinds.has(named);
  const kind = full
    ? { namespace: '', agent: '', model: '' }
    : { namespace: cut(of.namespace), agent: cut(of.agent), model: cut(of.model) };
  const key = `${kind.namespace}\n${kind.agent}\n${kind.model}`;
  const known = kinds.get(key);
  kinds.set(key, { ...kind, saved: known ? plus(known.saved, saved) : saved });
}

function cut(text: string): string {
  return text.length > LONGEST_NAME ? text.slice(0, LONGEST_NAME) : text;
}

/** Midnight, where the computer is. */
function localDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
