/** The whole page: what is there before, with and without a snapshot. */
import type { Section, Snapshot, View } from '../src/protocol.ts';
import { AdviceSection } from './advice/advice-section.ts';
import { AnswersSection } from './answers/answers-section.ts';
import { h, icon, setShown, setText } from './dom.ts';
import { EntriesSection } from './entries/entries-section.ts';
import { FilesSection } from './files/files-section.ts';
import { MissesSection } from './misses/misses-section.ts';
import { Panels, type SectionViews } from './navigation/panels.ts';
import { SECTION_NAMES } from './navigation/sections.ts';
import { TabBar } from './navigation/tab-bar.ts';
import type { PageState } from './page-state.ts';
import { ProviderSection } from './provider/provider-section.ts';
import { SavingsSection } from './savings/savings-section.ts';
import { ActivitySection } from './sections/activity.ts';
import { FailureBar } from './sections/failure-bar.ts';
import { OverviewSection } from './sections/overview.ts';
import { SettingsSection } from './settings/settings-section.ts';
import { TagsSection } from './tags/tag-tree.ts';
import { progressRing } from './ui/toolkit.ts';

export class CacheExplorer {
  readonly #state: PageState;
  readonly #failure = new FailureBar();
  readonly #loading = h('div', { class: 'loading', role: 'status' }, progressRing(), 'Reading the cache…');
  readonly #tabs: TabBar;
  readonly #panels: Panels;
  readonly #problemText = h('span');
  readonly #problem = h('p', { class: 'section-problem', role: 'alert' }, icon('error'), this.#problemText);
  readonly #main: HTMLElement;
  #byTab = false;
  #last: { snapshot: Snapshot; now: number } | undefined;

  constructor(app: HTMLElement, state: PageState) {
    this.#state = state;
    this.#tabs = new TabBar((section) => this.#choose(section));
    this.#panels = new Panels(state, viewsOf(state));
    const title = h('h1', { class: 'sr-only' }, 'Cache Explorer');
    this.#main = h('main', {}, title, this.#tabs.element, this.#problem, this.#panels.element);
    setShown(this.#main, false);
    app.replaceChildren(this.#failure.element, this.#loading, this.#main);
    this.#tabs.show(state.view.section);
    state.onLook((before) => this.#looked(before));
  }

  /** @param now the host's time, ms since the epoch */
  showSnapshot(snapshot: Snapshot, now: number): void {
    const { section } = this.#state.view;
    this.#last = { snapshot, now };
    // Before anything is drawn: what is not shown has no size, and no place to scroll to.
    setShown(this.#loading, false);
    setShown(this.#main, true);
    this.#tabs.count('entries', snapshot.entries);
    if (snapshot.content?.section === 'advice') {
      this.#tabs.count(
        'advice',
        snapshot.content.advice.items.filter(({ state }) => state === 'open').length,
      );
    }
    const there = this.#panels.render(section, snapshot, now);
    this.#showProblem(section, snapshot.problem, there);
  }

  showFailure(message: string): void {
    this.#failure.show(message);
  }

  #choose(section: Section): void {
    this.#byTab = true;
    this.#state.look({ section });
    this.#byTab = false;
  }

  #looked({ section: before }: View): void {
    const { section } = this.#state.view;
    if (section === before) return;
    this.#tabs.show(section);
    this.#panels.show(section);
    if (this.#last) this.showSnapshot({ ...this.#last.snapshot, problem: undefined }, this.#last.now);
    if (!this.#byTab) this.#panels.focus(section);
  }

  /** What was shown before stays beside the problem; nothing else is promised. */
  #showProblem(section: Section, problem: string | undefined, there: boolean): void {
    setShown(this.#problem, problem !== undefined);
    setShown(this.#panels.element, problem === undefined || there);
    if (problem !== undefined) setText(this.#problemText, `${SECTION_NAMES[section]}: ${problem}`);
  }
}

function viewsOf(state: PageState): SectionViews {
  const overview = new OverviewSection(state);
  const entries = new EntriesSection(state);
  const tags = new TagsSection(state);
  const activity = new ActivitySection(state, 'all');
  const files = new FilesSection(state);
  const misses = new MissesSection(state);
  const answers = new AnswersSection(state);
  const provider = new ProviderSection();
  const savings = new SavingsSection(state);
  const advice = new AdviceSection(state);
  const settings = new SettingsSection(state);
  return {
    overview: { element: overview.element, render: ({ snapshot, now }) => overview.render(snapshot, now) },
    entries: { element: entries.element, render: ({ content, now }) => entries.render(content, now) },
    tags: { element: tags.element, render: ({ snapshot }) => tags.render(snapshot) },
    files: { element: files.element, render: ({ content }) => files.render(content?.page) },
    misses: { element: misses.element, render: ({ content, now }) => misses.render(content?.misses, now) },
    answers: {
      element: answers.element,
      render: ({ content, now }) => answers.render(content?.answers, now),
    },
    provider: {
      element: provider.element,
      render: ({ content, now }) => provider.render(content?.provider, now),
    },
    savings: { element: savings.element, render: ({ content }) => savings.render(content?.savings) },
    advice: { element: advice.element, render: ({ content, now }) => advice.render(content?.advice, now) },
    activity: { element: activity.element, render: ({ snapshot, now }) => activity.render(snapshot, now) },
    settings: { element: settings.element, render: ({ content }) => settings.render(content?.settings) },
  };
}
