/** Keys of a tree, after the WAI-ARIA tree pattern. */
import { buttonsOf, type RovingRows } from '../roving-rows.ts';

interface TreeActions {
  readonly roving: RovingRows;
  /** Enter, Space. */
  activate(row: HTMLElement): void;
  toggle(row: HTMLElement): void;
  parent(row: HTMLElement): HTMLElement | undefined;
}

/** Typing pauses longer than this start a new word, ms. */
const TYPE_AHEAD = 700;

export function onTreeKey(tree: HTMLElement, { roving, activate, toggle, parent }: TreeActions): void {
  let typed = '';
  let typedAt = 0;

  const find = (row: HTMLElement, character: string, at: number): HTMLElement | undefined => {
    typed = at - typedAt > TYPE_AHEAD ? character : typed + character;
    typedAt = at;
    const { rows } = roving;
    // A word in progress may still fit the current row; a first letter looks for the next one.
    const start = rows.indexOf(row) + (typed.length > 1 ? 0 : 1);
    const word = typed.toLowerCase();
    const around = [...rows.slice(start), ...rows.slice(0, start)];
    return around.find((each) => each.ariaLabel?.toLowerCase().startsWith(word));
  };

  /** What the key does on the row itself: the row to go to, `true` when handled in place. */
  const onRow = (row: HTMLElement, { key, timeStamp }: KeyboardEvent): HTMLElement | boolean | undefined => {
    const expanded = row.ariaExpanded;
    if (key === 'Enter' || (key === ' ' && timeStamp - typedAt > TYPE_AHEAD)) {
      activate(row);
      return true;
    }
    if (key === 'ArrowRight') {
      if (expanded === 'false') toggle(row);
      if (expanded !== 'true') return true;
      const next = row.nextElementSibling;
      return next instanceof HTMLElement && parent(next) === row ? next : true;
    }
    if (key === 'ArrowLeft') {
      if (expanded !== 'true') return parent(row) ?? true;
      toggle(row);
      return true;
    }
    return key.length === 1 ? find(row, key, timeStamp) : undefined;
  };

  tree.addEventListener('keydown', (event) => {
    const row = roving.rowOf(event.target);
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    const onButton = buttonsOf(row).some((button) => button === event.target);
    const target =
      roving.neighbour(row, event.key) ??
      (onButton ? (event.key === 'ArrowLeft' ? row : undefined) : onRow(row, event));
    if (!target) return;
    event.preventDefault();
    if (target instanceof HTMLElement) target.focus();
  });
}
