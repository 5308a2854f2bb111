/** Keys of a grid: left and right move within a row, the others to the same place in another row. */
import { buttonsOf, type RovingRows } from './roving-rows.ts';

export function onGridKey(grid: HTMLElement, roving: RovingRows): void {
  grid.addEventListener('keydown', (event) => {
    const row = roving.rowOf(event.target);
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    const { target } = event;
    const stops = [row, ...buttonsOf(row)];
    const at = target instanceof HTMLElement ? stops.indexOf(target) : -1;
    const goal = goalOf(roving, row, at, stops, event.key);
    if (!goal) return;
    event.preventDefault();
    goal.focus();
  });
}

function goalOf(
  roving: RovingRows,
  row: HTMLElement,
  at: number,
  stops: readonly HTMLElement[],
  key: string,
): HTMLElement | undefined {
  if (key === 'ArrowRight') return stops[at + 1];
  if (key === 'ArrowLeft') return stops[at - 1];
  const neighbour = roving.neighbour(row, key);
  // Counted from the end: rows may lack the first of their buttons, all have the last.
  return neighbour && at > 0 ? (buttonsOf(neighbour).at(at - stops.length) ?? neighbour) : neighbour;
}
