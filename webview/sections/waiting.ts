/** Stands in for a section until what it shows is known. */
import { h } from '../dom.ts';
import { progressRing } from '../ui/toolkit.ts';
import { section } from './section.ts';

export function waiting(name: string, title: string): HTMLElement {
  const text = `Reading the ${title.toLowerCase()}…`;
  return section(name, title, [], h('div', { class: 'loading', role: 'status' }, progressRing(), text));
}
