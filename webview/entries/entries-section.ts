/** Section "Entries": all of them as a list, or one in full. */
import type { Content, View } from '../../src/protocol.ts';
import { h, setShown } from '../dom.ts';
import { EntryView } from '../entry/entry-view.ts';
import type { PageState } from '../page-state.ts';
import { EntryList } from './entry-list.ts';

type EntriesContent = Extract<Content, { readonly section: 'entries' }>;

export class EntriesSection {
  readonly #state: PageState;
  readonly #list: EntryList;
  readonly #entry: EntryView;
  readonly #title = h('h2', { id: 'entries-title', class: 'sr-only', tabindex: '-1' }, 'Entries');
  readonly element: HTMLElement;

  constructor(state: PageState) {
    this.#state = state;
    this.#list = new EntryList(state);
    this.#entry = new EntryView(state);
    this.element = h(
      'section',
      { class: 'entries', 'aria-labelledby': 'entries-title' },
      this.#title,
      this.#list.element,
      this.#entry.element,
    );
    state.onLook((before) => this.#looked(before));
    this.#show();
  }

  render(content: EntriesContent | undefined, now: number): void {
    this.#list.render(content?.page, now);
    const { entry } = this.#state.view;
    if (entry !== undefined) this.#entry.render(entry, content?.detail, now);
  }

  #looked(before: View): void {
    const { entry, section } = this.#state.view;
    this.#list.looked();
    this.#show();
    if (section !== 'entries' || entry === before.entry) return;
    if (entry !== undefined) this.#entry.focus();
    else if (before.section === 'entries') this.#list.focus();
  }

  #show(): void {
    const { entry } = this.#state.view;
    setShown(this.#title, entry === undefined);
    setShown(this.#list.element, entry === undefined);
    setShown(this.#entry.element, entry !== undefined);
    if (entry !== undefined) this.#entry.render(entry, undefined, 0);
  }
}
