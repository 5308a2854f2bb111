/** The keys that one click invalidates, folded away; each leads to its entry. */
import { h, setShown, setText } from '../dom.ts';
import { keyLink } from '../entries-link.ts';
import { formatEntries } from '../format.ts';
import type { PageState } from '../page-state.ts';

/** Names enough to judge by. */
const MOST_NAMES = 50;

export class AdviceKeys {
  readonly #state: PageState;
  readonly #summary = h('summary');
  readonly #names = h('ul', { class: 'key-names' });
  readonly element = h('details', { class: 'advice-keys' }, this.#summary, this.#names);
  #shown = '';

  constructor(state: PageState) {
    this.#state = state;
  }

  render(keys: readonly string[]): void {
    setShown(this.element, keys.length > 0);
    setText(this.#summary, formatEntries(keys.length));
    const names = keys.slice(0, MOST_NAMES);
    const more = keys.length - names.length;
    const shown = [...names, more].join('\n');
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#names.replaceChildren(...names.map((key) => h('li', {}, keyLink(key, this.#state))));
    if (more > 0) this.#names.append(h('li', { class: 'quiet' }, `and ${formatEntries(more)} more`));
  }
}
