/** One entry in full: its value, what it rests on, its variants and its story. */
import type { DependencyRow, EntryDetail } from '../../src/protocol/entries.ts';
import { h, icon, iconButton, setAttribute, setShown, setText } from '../dom.ts';
import { host } from '../host.ts';
import { withoutVersion } from '../key-version.ts';
import { SECTION_NAMES } from '../navigation/sections.ts';
import type { PageState } from '../page-state.ts';
import { button, progressRing } from '../ui/toolkit.ts';
import { Block } from './block.ts';
import * as nodes from './blocks.ts';
import { Facts } from './facts.ts';
import { graph, type Leads } from './graph.ts';

interface Inputs {
  readonly dependencies: readonly DependencyRow[];
  readonly count: number;
  readonly cached: boolean;
}

export class EntryView {
  readonly #state: PageState;
  readonly #leads: Leads;
  readonly #backText = h('span');
  readonly #back = h('button', { type: 'button', class: 'link back' }, icon('arrow-left'), this.#backText);
  readonly #title = h('h2', { class: 'entry-key', tabindex: '-1' });
  readonly #open = iconButton('go-to-file', 'Open File');
  readonly #copy = iconButton('copy', 'Copy Key');
  readonly #invalidate = button('Invalidate', 'secondary', () => this.#post('invalidateKey'));
  readonly #loading = h('div', { class: 'loading', role: 'status' }, progressRing(), 'Reading the entry…');
  readonly #gone = h(
    'p',
    { class: 'entry-gone' },
    icon('info'),
    h('span', {}, 'Nothing is cached under this key now.'),
  );
  readonly #facts: Facts;
  readonly #value = new Block('Value', nodes.valueNodes);
  readonly #inputs = new Block<Inputs>('Rests on', (inputs) => nodes.dependencyNodes(inputs, this.#leads));
  readonly #graph = new Block<Parameters<typeof graph>[0]>('Graph', (data) => {
    const drawn = graph(data, this.#leads);
    return drawn ? [drawn] : [];
  });
  readonly #dependents = new Block<readonly string[]>('Rest on it', (keys) =>
    nodes.dependentNodes(keys, this.#leads),
  );
  readonly #tags = new Block<readonly string[]>('Tags', (tags) =>
    nodes.tagNodes(tags, (tag) => this.#state.lookAtTag(tag)),
  );
  readonly #variants = new Block('Variants', nodes.variantNodes);
  readonly #reasons = new Block('Becomes invalid when', nodes.invalidatedByNodes);
  readonly #story = new Block('Story', nodes.storyNodes);
  readonly #body: HTMLElement;
  readonly element: HTMLElement;
  #key = '';
  #file: string | undefined;

  constructor(state: PageState) {
    this.#state = state;
    this.#leads = {
      toEntry: (entry) => state.look({ section: 'entries', entry }),
      toFile: (file) => host.postMessage({ type: 'openFile', file }),
    };
    this.#facts = new Facts(state);
    this.#back.addEventListener('click', ({ detail }) => {
      if (detail < 2) state.back();
    });
    this.#open.addEventListener('click', () => this.#file !== undefined && this.#leads.toFile(this.#file));
    this.#copy.addEventListener('click', () => host.postMessage({ type: 'copy', text: this.#key }));
    const header = h(
      'header',
      { class: 'entry-header-line' },
      this.#title,
      h('div', { class: 'tools' }, this.#open, this.#copy),
      h('div', { class: 'entry-invalidate' }, this.#invalidate),
    );
    const wide = h('div', { class: 'entry-wide' }, this.#graph.element);
    const left = h(
      'div',
      { class: 'entry-column' },
      this.#value.element,
      this.#story.element,
      this.#variants.element,
    );
    const right = h(
      'div',
      { class: 'entry-column' },
      ...[this.#inputs, this.#dependents, this.#reasons, this.#tags].map(({ element }) => element),
    );
    this.#body = h(
      'div',
      { class: 'entry-body' },
      this.#facts.element,
      wide,
      h('div', { class: 'entry-columns' }, left, right),
    );
    this.element = h('div', { class: 'entry' }, this.#back, header, this.#loading, this.#gone, this.#body);
  }

  /** @param detail of this key or of another one: then what is shown is that it is being read */
  render(key: string, detail: EntryDetail | undefined, now: number): void {
    const known = detail?.key === key ? detail : undefined;
    if (key !== this.#key) {
      this.#key = key;
      setText(this.#title, key);
      this.element.scrollTop = 0;
    }
    const { section, entry } = this.#state.former;
    setText(this.#backText, entry === undefined ? SECTION_NAMES[section] : withoutVersion(entry));
    setAttribute(this.#back, 'title', `Back to ${entry ?? SECTION_NAMES[section]}`);
    if (!known && this.#body.dataset.key === key) return;
    setAttribute(this.#body, 'data-key', known?.key);
    setShown(this.#loading, !known);
    setShown(this.#body, known !== undefined);
    setShown(this.#gone, known !== undefined && known.row === undefined);
    this.#file = known?.row?.file;
    setShown(this.#open, this.#file !== undefined);
    setAttribute(this.#invalidate, 'disabled', known?.row ? undefined : '');
    if (known) this.#show(known, now);
  }

  focus(): void {
    this.#title.focus({ preventScroll: true });
  }

  #show(detail: EntryDetail, now: number): void {
    const { key, row, value, withheld, dependencies, dependencyCount: count, dependents } = detail;
    setShown(this.#facts.element, row !== undefined);
    if (row) this.#facts.render(row, now);
    this.#value.render({ ...(value && { value }), ...(withheld !== undefined && { withheld }) });
    this.#inputs.render({ dependencies, count, cached: row !== undefined });
    this.#graph.render({ key, dependencies, dependents, count });
    this.#dependents.render(dependents);
    this.#tags.render(detail.tags);
    this.#variants.render(detail.variants);
    this.#reasons.render(detail.invalidatedBy);
    this.#story.render(detail.story);
  }

  #post(type: 'invalidateKey'): void {
    host.postMessage({ type, key: this.#key });
  }
}
