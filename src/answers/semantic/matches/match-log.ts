import type { MatchRow } from '../../../protocol/answers.ts';
import type { Asked, Identified } from '../questions/questions.ts';

/** Rows that are kept. */
const MOST = 200;

interface Row {
  shown: MatchRow;
  readonly asked: Identified;
  readonly found: Asked;
}

/** What resembled what, and what became of it; until the process ends. */
export class MatchLog {
  readonly #rows = new Map<string, Row>();

  /** A pair that comes again is the newest row, not another one. */
  add(shown: MatchRow, asked: Identified, found: Asked): void {
    const marked = this.#rows.get(shown.id)?.shown.marked;
    this.#rows.delete(shown.id);
    this.#rows.set(shown.id, { shown: { ...shown, ...(marked && { marked }) }, asked, found });
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > MOST && oldest !== undefined) this.#rows.delete(oldest);
  }

  /** Newest first. */
  get rows(): readonly MatchRow[] {
    return [...this.#rows.values()].map(({ shown }) => shown).reverse();
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  marked(id: string, marked: 'wrong' | 'right'): void {
    const row = this.#rows.get(id);
    if (row) row.shown = { ...row.shown, marked };
  }
}
