/** Rows that live as long as their key: updated in place, moved instead of rebuilt. */

export interface Row<T> {
  readonly element: HTMLElement;
  update(item: T): void;
}

interface KeyedListOptions<T> {
  readonly parent: HTMLElement;
  keyOf(item: T): string;
  create(item: T): Row<T>;
  /** Takes the keyboard's focus when the focused row is gone; gets the row now at its place. */
  refocus?(element: HTMLElement): void;
}

/** `moveBefore` keeps focus and scroll of what it moves; TypeScript's DOM does not know it everywhere yet. */
type Mover = HTMLElement & { moveBefore?(node: Node, before: Node | null): void };

export class KeyedList<T> {
  readonly #options: KeyedListOptions<T>;
  readonly #rows = new Map<string, Row<T>>();

  constructor(options: KeyedListOptions<T>) {
    this.#options = options;
  }

  /** Keys in the order shown. */
  get keys(): readonly string[] {
    return [...this.#rows.keys()];
  }

  element(key: string): HTMLElement | undefined {
    return this.#rows.get(key)?.element;
  }

  render(items: readonly T[]): void {
    const { parent, keyOf, create, refocus } = this.#options;
    const focused = document.activeElement;
    const byKeyboard = focused?.matches(':focus-visible') === true;
    const focusedIndex = [...this.#rows.values()].findIndex(({ element }) => element.contains(focused));

    const next = new Map<string, Row<T>>();
    for (const item of items) {
      const key = keyOf(item);
      if (next.has(key)) continue;
      const row = this.#rows.get(key) ?? create(item);
      row.update(item);
      next.set(key, row);
    }
    for (const [key, row] of this.#rows) if (!next.has(key)) row.element.remove();
    this.#rows.clear();
    for (const [key, row] of next) this.#rows.set(key, row);
    place(
      parent,
      [...next.values()].map((row) => row.element),
    );

    if (focusedIndex < 0 || document.activeElement === focused) return;
    if (focused instanceof HTMLElement && parent.contains(focused)) {
      focused.focus({ preventScroll: true });
      return;
    }
    const rows = [...next.values()];
    const successor = rows[Math.min(focusedIndex, rows.length - 1)];
    if (successor && byKeyboard && refocus) refocus(successor.element);
  }
}

function place(parent: Mover, elements: readonly HTMLElement[]): void {
  let cursor = parent.firstElementChild;
  for (const element of elements) {
    if (element === cursor) {
      cursor = cursor.nextElementSibling;
    } else if (parent.moveBefore && element.parentNode === parent) {
      parent.moveBefore(element, cursor);
    } else {
      parent.insertBefore(element, cursor);
    }
  }
}
