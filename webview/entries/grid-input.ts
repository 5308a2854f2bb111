/** Keys, clicks and the context menu of the grid of entries. */

import type { EntryRow } from '../../src/protocol/entries.ts';
import { openMenu } from '../menu/menu.ts';
import { copyKeys, entryMenu } from './entry-menu.ts';
import { type GridAction, type GridPlace, gridAction } from './grid-keys.ts';

export interface GridActions {
  open(key: string): void;
  invalidate(keys: readonly string[]): void;
  /** What is selected is another. */
  selected(): void;
}

/** What keys and clicks do to a grid. */
interface Grid {
  readonly element: HTMLElement;
  readonly place: GridPlace;
  /** The row that the keyboard is at; its element when that is in the document. */
  readonly active: EntryRow | undefined;
  readonly activeElement: HTMLElement | undefined;
  /** What an action is for. */
  readonly chosen: readonly string[];
  readonly selected: ReadonlySet<string>;
  rowAt(index: number): EntryRow | undefined;
  moveTo(index: number, extend: boolean): void;
  toggle(index: number): void;
  selectOnly(index: number): void;
  selectAll(): void;
  clearSelection(): void;
  /** Scrolls to the row that the keyboard is at, if it is out of sight. */
  reveal(): void;
}

export function onGridInput(grid: Grid, actions: GridActions): void {
  const { element } = grid;

  const open = (index: number | undefined): void => {
    const row = index === undefined ? undefined : grid.rowAt(index);
    if (index === undefined || !row) return;
    grid.moveTo(index, false);
    actions.open(row.key);
  };

  const menuAt = (x: number, y: number): void => {
    const keys = grid.chosen;
    if (keys.length === 0) return;
    const items = entryMenu(keys, grid.active, actions);
    openMenu({ label: 'Entry', items, at: { x, y }, owner: element });
  };

  const menuAtActive = (): void => {
    grid.reveal();
    const row = grid.activeElement?.getBoundingClientRect();
    if (row) menuAt(row.left + 20, row.bottom);
  };

  const run = (action: GridAction): void => {
    const { active } = grid.place;
    if (action.do === 'move') grid.moveTo(action.to, action.extend);
    else if (action.do === 'open') open(active);
    else if (action.do === 'toggle') grid.toggle(active);
    else if (action.do === 'all') grid.selectAll();
    else if (action.do === 'clear') grid.clearSelection();
    else if (action.do === 'invalidate') actions.invalidate(grid.chosen);
    else if (action.do === 'copy') copyKeys(grid.chosen);
    else menuAtActive();
  };

  element.addEventListener('keydown', (event) => {
    const action = event.target === element ? gridAction(event, grid.place) : undefined;
    if (!action) return;
    event.preventDefault();
    run(action);
  });
  element.addEventListener('click', (event) => {
    const { target, shiftKey, ctrlKey, metaKey, detail } = event;
    const index = indexOf(target);
    if (index === undefined) return;
    const onKey = target instanceof Element && target.closest('.key-name') !== null;
    if (shiftKey) grid.moveTo(index, true);
    else if (ctrlKey || metaKey) grid.toggle(index);
    else if (onKey && detail < 2) open(index);
    else grid.selectOnly(index);
  });
  element.addEventListener('dblclick', ({ target }) => open(indexOf(target)));
  element.addEventListener('contextmenu', (event) => {
    event.preventDefault();
    const index = indexOf(event.target);
    const key = index === undefined ? undefined : grid.rowAt(index)?.key;
    if (index === undefined || key === undefined) return menuAtActive();
    element.focus({ preventScroll: true });
    if (grid.selected.has(key)) grid.moveTo(index, false);
    else grid.selectOnly(index);
    menuAt(event.clientX, event.clientY);
  });
}

/** The place of the row that holds an event's target. */
function indexOf(target: EventTarget | null): number | undefined {
  const row = target instanceof Element ? target.closest('.entry-row') : null;
  return row ? Number(row.ariaRowIndex) - FIRST_ROW : undefined;
}

/** The header is row 1. */
const FIRST_ROW = 2;
