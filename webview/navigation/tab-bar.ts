/** The tabs of the page, one for each section; the arrow keys move between them. */
import { SECTIONS, type Section } from '../../src/protocol.ts';
import { h, setAttribute, setShown, setText } from '../dom.ts';
import { formatCompact, formatCount } from '../format.ts';
import { SECTION_NAMES, sectionByKey } from './sections.ts';

export class TabBar {
  readonly #choose: (section: Section) => void;
  readonly #tabs = new Map(SECTIONS.map((section) => [section, this.#tab(section)]));
  readonly element = h(
    'div',
    { class: 'tabs', role: 'tablist', 'aria-label': 'Sections' },
    ...[...this.#tabs.values()].map(({ element }) => element),
  );

  constructor(choose: (section: Section) => void) {
    this.#choose = choose;
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
  }

  show(chosen: Section): void {
    for (const [section, { element }] of this.#tabs) {
      setAttribute(element, 'aria-selected', String(section === chosen));
      setAttribute(element, 'tabindex', section === chosen ? '0' : '-1');
    }
  }

  /** How many of what it shows a section has; 0 is not told. */
  count(section: Section, count: number): void {
    const tab = this.#tabs.get(section);
    if (!tab) return;
    setText(tab.count, count > 0 ? formatCompact(count) : '');
    setAttribute(tab.count, 'title', count > 0 ? formatCount(count) : undefined);
    setShown(tab.count, count > 0);
  }

  #tab(section: Section): { element: HTMLButtonElement; count: HTMLElement } {
    const count = h('span', { class: 'tab-count' });
    setShown(count, false);
    const element = h(
      'button',
      {
        type: 'button',
        class: 'tab',
        role: 'tab',
        id: `tab-${section}`,
        'aria-controls': `panel-${section}`,
      },
      SECTION_NAMES[section],
      ' ',
      count,
    );
    element.addEventListener('click', () => this.#choose(section));
    return { element, count };
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const from = SECTIONS.find((section) => this.#tabs.get(section)?.element === event.target);
    const to = from && sectionByKey(from, event.key);
    if (!to) return;
    event.preventDefault();
    this.#choose(to);
    this.#tabs.get(to)?.element.focus();
  }
}
