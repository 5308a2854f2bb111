import type { Namespaces } from '../../cache/namespace.ts';
import type { Period, Saved, SavedRow, SavingsData } from '../../protocol/savings.ts';
import type { Asked } from '../asked.ts';
import { assumptions } from './assumptions.ts';
import type { SavedRowOf, SavingsLedger } from './ledger.ts';
import { NOTHING, plus, savedBy } from './saved-row.ts';

const DAYS: Readonly<Record<Exclude<Period, 'all'>, number>> = { today: 1, '7d': 7, '30d': 30 };
const DAY_MS = 86_400_000;

/** Hits of a namespace as its counters and as questions tell of them. */
interface Counted {
  hits: number;
  ms: number;
}

/** Keeps the ledger of what hits avoided, and says what is in it. */
export class Savings {
  readonly #ledger: SavingsLedger;
  readonly #namespaces: Namespaces;
  /** By namespace: what is in the ledger already. */
  readonly #entered = new Map<string, Counted>();

  constructor(ledger: SavingsLedger, namespaces: Namespaces) {
    this.#ledger = ledger;
    this.#namespaces = namespaces;
  }

  asked(asked: Asked, now: number): void {
    const { namespace, agent = '', model = '', hit, saved } = asked;
    if (!hit) return;
    this.#ledger.add(now, { namespace, agent, model }, savedBy(asked));
    const entered = this.#of(namespace);
    entered.hits++;
    entered.ms += saved?.ms ?? 0;
  }

  /** Adds the hits of callers that ask the cache itself; about once a second. */
  beat(now: number): void {
    for (const { name, memoryHits, fileHits, sharedHits, belowHits, savedMs } of this.#namespaces) {
      const entered = this.#of(name);
      const calls = memoryHits + fileHits + sharedHits - belowHits - entered.hits;
      if (calls <= 0) continue; // a question may be told before the beat that counts it
      const ms = Math.max(0, savedMs - entered.ms);
      entered.hits += calls;
      entered.ms += ms;
      const measured = ms > 0 ? calls : 0;
      const of = { namespace: name, agent: '', model: '' };
      this.#ledger.add(now, of, { calls, measured, ...(ms > 0 && { ms }) });
    }
  }

  data(period: Period, now: number): SavingsData {
    const ledger = this.#ledger;
    const today = ledger.dayOf(now);
    // A day that the clocks are changed on is an hour longer or shorter.
    const first = (days: number) => ledger.dayOf(today - (days - 1) * DAY_MS + DAY_MS / 2);
    const from = period === 'all' ? first(31) : first(DAYS[period]);
    const days = ledger.days(from);
    const rows = period === 'all' ? ledger.all : days.flatMap(([, some]) => some);
    const total = sum(rows);
    return {
      period,
      since: period === 'all' ? ledger.since : Math.max(from, ledger.since),
      total,
      namespaces: by(rows, ({ namespace }) => namespace),
      agents: by(rows, ({ agent }) => agent),
      models: by(rows.filter(ofModel), ({ model }) => model),
      days: days.map(([t, some]) => {
        const { calls, ms } = sum(some);
        return { t, calls, ...(ms !== undefined && { ms }) };
      }),
      assumptions: assumptions(total),
    };
  }

  #of(namespace: string): Counted {
    const known = this.#entered.get(namespace);
    if (known) return known;
    const entered = { hits: 0, ms: 0 };
    this.#entered.set(namespace, entered);
    return entered;
  }
}

function ofModel({ model, saved }: SavedRowOf): boolean {
  return model !== '' || saved.modelCalls !== undefined;
}

function sum(rows: readonly SavedRowOf[]): Saved {
  return rows.reduce((total, { saved }) => plus(total, saved), NOTHING);
}

/** Most calls first. */
function by(rows: readonly SavedRowOf[], nameOf: (row: SavedRowOf) => string): SavedRow[] {
  const groups = Map.groupBy(rows, nameOf);
  return [...groups]
    .map(([name, some]) => ({ name, ...sum(some) }))
    .sort((a, b) => b.calls - a.calls || (a.name < b.name ? -1 : 1));
}
