/** What is known of an entry at a glance; each number leads to what it is about. */

import type { EntryRow } from '../../src/protocol/entries.ts';
import { h, setText, setTime } from '../dom.ts';
import { filterTerm } from '../filter-term.ts';
import { formatBytes, formatCount, formatDuration, formatExact, formatRelative } from '../format.ts';
import { toEntries } from '../leads.ts';
import { levelNames } from '../level-icons.ts';
import type { PageState } from '../page-state.ts';

export class Facts {
  readonly #namespace: HTMLButtonElement;
  readonly #size = h('dd', { class: 'number' });
  readonly #hits = h('dd', { class: 'number' });
  readonly #lastHit = h('time');
  readonly #created = h('time');
  readonly #expires = h('time');
  readonly #cost = h('dd', { class: 'number' });
  readonly #levels = h('dd');
  readonly element: HTMLElement;

  constructor(state: PageState) {
    this.#namespace = h('button', {
      type: 'button',
      class: 'link',
      title: 'Show the entries of the namespace',
    });
    this.#namespace.addEventListener('click', () => {
      const filter = filterTerm('namespace', this.#namespace.textContent ?? '');
      state.look(toEntries(state.view, { filter }));
    });
    const fact = (name: string, value: HTMLElement) => h('div', {}, h('dt', {}, name), value);
    this.element = h(
      'dl',
      { class: 'facts' },
      fact('Hits', this.#hits),
      fact('Last hit', h('dd', { class: 'number' }, this.#lastHit)),
      fact('Cost', this.#cost),
      fact('Size', this.#size),
      fact('Computed', h('dd', { class: 'number' }, this.#created)),
      fact('Expires', h('dd', { class: 'number' }, this.#expires)),
      fact('Levels', this.#levels),
      fact('Namespace', h('dd', {}, this.#namespace)),
    );
  }

  render(row: EntryRow, now: number): void {
    setText(this.#namespace, row.namespace);
    setText(this.#size, formatBytes(row.bytes));
    setText(this.#hits, formatCount(row.hits));
    setMoment(this.#lastHit, row.lastHitAt, 'never', now);
    setMoment(this.#created, row.createdAt, 'unknown', now);
    setText(this.#cost, row.costMs === 0 ? 'not measured' : formatDuration(row.costMs));
    setText(this.#levels, levelNames(row.levels) || 'none');
    if (row.expiresAt === 0) setMoment(this.#expires, 0, 'never', now);
    else setTime(this.#expires, row.expiresAt, row.expiresAt <= now ? 'now' : formatExact(row.expiresAt));
  }
}

function setMoment(element: HTMLTimeElement, at: number, never: string, now: number): void {
  if (at > 0) {
    setTime(element, at, formatRelative(at, now));
    return;
  }
  setText(element, never);
  if (element.hasAttribute('datetime')) element.removeAttribute('datetime');
  if (element.hasAttribute('title')) element.removeAttribute('title');
}
