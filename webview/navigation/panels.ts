/** The sections of the page, each in its panel: only the one that is shown is drawn. */
import { type Content, SECTIONS, type Section, type Snapshot } from '../../src/protocol.ts';
import { h, setShown } from '../dom.ts';
import type { PageState } from '../page-state.ts';

/** What a section needs to draw itself. */
interface Drawing<S extends Section> {
  readonly snapshot: Snapshot;
  /** What the host has sent of this section last; undefined before it has. */
  readonly content: Extract<Content, { readonly section: S }> | undefined;
  /** The host's time, ms since the epoch. */
  readonly now: number;
}

export type SectionViews = {
  readonly [S in Section]: { readonly element: HTMLElement; render(drawing: Drawing<S>): void };
};

export class Panels {
  readonly #views: SectionViews;
  readonly #state: PageState;
  readonly #panels = new Map<Section, HTMLElement>();
  readonly #contents = new Map<Section, Content>();
  readonly #restored = new Set<Section>();
  readonly element = h('div', { class: 'panels' });

  constructor(state: PageState, views: SectionViews) {
    this.#state = state;
    this.#views = views;
    for (const section of SECTIONS) {
      const attributes = { role: 'tabpanel', id: `panel-${section}`, 'aria-labelledby': `tab-${section}` };
      const panel = h('div', { class: 'panel', ...attributes }, views[section].element);
      panel.addEventListener('scrollend', () => {
        if (this.#restored.has(section) && section !== 'entries') state.scrolled(section, panel.scrollTop);
      });
      this.#panels.set(section, panel);
      this.element.append(panel);
    }
    this.show(state.view.section);
  }

  show(chosen: Section): void {
    for (const [section, panel] of this.#panels) setShown(panel, section === chosen);
  }

  /** Puts the keyboard, and a screen reader, at the beginning of a section. */
  focus(section: Section): void {
    const panel = this.#panels.get(section);
    if (!panel || panel.contains(document.activeElement)) return;
    const title = [...panel.querySelectorAll('h2')].find((heading) => heading.checkVisibility());
    if (!title) return;
    if (!title.hasAttribute('tabindex')) title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }

  /** Whether there is something to show of the section. */
  render(section: Section, snapshot: Snapshot, now: number): boolean {
    if (snapshot.content) this.#contents.set(snapshot.content.section, snapshot.content);
    const content = this.#contents.get(section);
    (this.#views[section] as { render(drawing: Drawing<Section>): void }).render({ snapshot, content, now });
    this.#restore(section, content !== undefined || !CONTENT.includes(section));
    return content !== undefined || !CONTENT.includes(section);
  }

  #restore(section: Section, complete: boolean): void {
    if (!complete || this.#restored.has(section)) return;
    this.#restored.add(section);
    const panel = this.#panels.get(section);
    if (panel) panel.scrollTop = this.#state.kept.scroll[section] ?? 0;
  }
}

/** Sections that show more than every snapshot has. */
const CONTENT: readonly Section[] = [
  'entries',
  'files',
  'misses',
  'answers',
  'provider',
  'savings',
  'advice',
  'settings',
];
