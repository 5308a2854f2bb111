/** Which rows are selected and which one the keyboard is at. Rows are known by key, places by index. */

/** Keys that can be selected at once: what one message to the host may name. */
export const MOST_SELECTED = 10_000;

interface Rows {
  at(index: number): { readonly key: string } | undefined;
  missing(first: number, end: number): number | undefined;
}

/** A stretch of rows, `end` not included. */
interface Stretch {
  readonly first: number;
  readonly end: number;
}

export class Selection {
  readonly #keys = new Set<string>();
  /** What was selected before the stretch that is being drawn. */
  #before: ReadonlySet<string> = new Set();
  #anchor = 0;
  /** A stretch of which some keys are not known yet. */
  #open: Stretch | undefined;
  /** The row that the keyboard is at. */
  active = 0;

  get keys(): ReadonlySet<string> {
    return this.#keys;
  }

  clear(): void {
    this.#keys.clear();
    this.#begin(this.active);
  }

  /** Selects this row alone. */
  only(index: number, rows: Rows): void {
    this.#keys.clear();
    this.toggle(index, rows);
  }

  /** Selects this row as well, or no more. */
  toggle(index: number, rows: Rows): void {
    const key = rows.at(index)?.key;
    if (key !== undefined && !this.#keys.delete(key) && this.#keys.size < MOST_SELECTED) this.#keys.add(key);
    this.#begin(index);
  }

  /** Moves the keyboard to a row and leaves what is selected; a stretch begins there. */
  moveTo(index: number): void {
    this.#begin(index);
  }

  /** The row that the keyboard is at stands elsewhere now. */
  follow(index: number): void {
    if (this.#anchor === this.active) this.#anchor = index;
    this.active = index;
  }

  /** Selects from where the keyboard was moved to or a row selected last, to this row. */
  extendTo(index: number, rows: Rows): void {
    const first = Math.max(Math.min(this.#anchor, index), this.#anchor - MOST_SELECTED + 1);
    const end = Math.min(Math.max(this.#anchor, index) + 1, this.#anchor + MOST_SELECTED);
    this.active = index;
    this.#draw({ first, end }, rows);
  }

  /** Selects all rows, as many as can be. */
  all(count: number, rows: Rows): void {
    this.#begin(this.active);
    this.#before = new Set();
    this.#draw({ first: 0, end: Math.min(count, MOST_SELECTED) }, rows);
  }

  /** Rows have come: selects what a stretch still lacked. */
  fill(rows: Rows): void {
    if (this.#open) this.#draw(this.#open, rows);
  }

  /** The first row of a stretch whose key is not known yet. */
  lacks(rows: Rows): number | undefined {
    return this.#open && rows.missing(this.#open.first, this.#open.end);
  }

  /** Forgets keys that are not there any more. */
  retain(there: ReadonlySet<string>): void {
    for (const key of this.#keys) if (!there.has(key)) this.#keys.delete(key);
  }

  #begin(index: number): void {
    this.#open = undefined;
    this.#before = new Set(this.#keys);
    this.#anchor = index;
    this.active = index;
  }

  #draw(stretch: Stretch, rows: Rows): void {
    this.#keys.clear();
    for (const key of this.#before) this.#keys.add(key);
    for (let index = stretch.first; index < stretch.end && this.#keys.size < MOST_SELECTED; index++) {
      const key = rows.at(index)?.key;
      if (key !== undefined) this.#keys.add(key);
    }
    this.#open = rows.missing(stretch.first, stretch.end) === undefined ? undefined : stretch;
  }
}
