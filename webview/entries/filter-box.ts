/** The filter over the entries, and the help for it. */
import { h, icon, iconButton, setAttribute, setShown } from '../dom.ts';
import { MAX_FILTER } from '../kept.ts';
import type { PageState } from '../page-state.ts';
import { filterHelp } from './filter-help.ts';

/** Typing that pauses for so long is taken over, ms. */
const PAUSE = 200;

export class FilterBox {
  readonly #state: PageState;
  readonly #input = h('input', {
    type: 'text',
    class: 'filter-input',
    placeholder: 'Filter, for example outline size>10KB',
    'aria-label': 'Filter the entries',
    'aria-describedby': 'entries-status',
    spellcheck: 'false',
    autocomplete: 'off',
    maxlength: String(MAX_FILTER),
  });
  readonly #clear = iconButton('close', 'Clear Filter');
  readonly #toggle = iconButton('question', 'Filter Help', { 'aria-controls': 'filter-help' });
  readonly #help = filterHelp('filter-help', (filter) => {
    this.set(filter);
    this.#input.focus();
  });
  readonly element = h(
    'div',
    { class: 'filter', role: 'search', 'aria-label': 'Entries' },
    h('div', { class: 'filter-field' }, icon('filter'), this.#input, this.#clear),
    this.#toggle,
    this.#help,
  );
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(state: PageState) {
    this.#state = state;
    this.#input.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#apply(), PAUSE);
      this.#showClear();
    });
    this.#input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.#apply();
      else if (event.key === 'Escape' && this.#input.value !== '') this.set('');
      else return;
      event.preventDefault();
    });
    this.#clear.addEventListener('click', () => {
      this.set('');
      this.#input.focus();
    });
    this.#toggle.addEventListener('click', () => {
      state.keep({ filterHelp: !state.kept.filterHelp });
      this.#showHelp();
    });
    this.#showHelp();
    this.show();
  }

  /** What the view says, unless somebody is typing another one. */
  show(): void {
    if (this.#timer === undefined) this.#input.value = this.#state.view.entries.filter;
    this.#showClear();
  }

  set(filter: string): void {
    this.#input.value = filter;
    this.#apply();
  }

  setWrong(wrong: boolean): void {
    setAttribute(this.#input, 'aria-invalid', wrong ? 'true' : undefined);
  }

  #apply(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#showClear();
    const filter = this.#input.value;
    const { entries } = this.#state.view;
    if (filter !== entries.filter) this.#state.page({ entries: { ...entries, filter, from: 0 } });
  }

  #showClear(): void {
    setShown(this.#clear, this.#input.value !== '');
  }

  #showHelp(): void {
    const { filterHelp } = this.#state.kept;
    setShown(this.#help, filterHelp);
    setAttribute(this.#toggle, 'aria-expanded', String(filterHelp));
  }
}
