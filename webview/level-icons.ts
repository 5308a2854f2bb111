/** The levels that have an entry, as icons with their names. */
import { LEVELS, type Level } from '../src/protocol.ts';
import { h, icon, setAttribute } from './dom.ts';
import { LEVEL_ICONS, LEVEL_NAMES } from './names.ts';

export function levelNames(levels: readonly Level[]): string {
  return LEVELS.filter((level) => levels.includes(level))
    .map((level) => LEVEL_NAMES[level])
    .join(', ');
}

/** Fills an element that holds nothing else. */
export function showLevels(element: HTMLElement, levels: readonly Level[]): void {
  const names = levelNames(levels);
  if (element.dataset.levels === names) return;
  element.dataset.levels = names;
  setAttribute(element, 'title', names || undefined);
  const icons = LEVELS.filter((level) => levels.includes(level)).map((level) => icon(LEVEL_ICONS[level]));
  element.replaceChildren(...icons, h('span', { class: 'sr-only' }, names));
}
