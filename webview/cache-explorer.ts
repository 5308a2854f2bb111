/** The whole page: what is there before, with and without a snapshot. */
import type { Snapshot } from '../src/protocol.ts';
import { h, setShown } from './dom.ts';
import type { PageState } from './page-state.ts';
import { ActivitySection } from './sections/activity.ts';
import { FailureBar } from './sections/failure-bar.ts';
import { HitRateSection } from './sections/hit-rate.ts';
import { HotKeysSection } from './sections/hot-keys.ts';
import { OverviewSection } from './sections/overview.ts';
import { welcome } from './sections/welcome.ts';
import { TagsSection } from './tags/tag-tree.ts';
import { progressRing } from './ui/toolkit.ts';

export class CacheExplorer {
  readonly #failure = new FailureBar();
  readonly #loading = h('div', { class: 'loading', role: 'status' }, progressRing(), 'Reading the cache…');
  readonly #welcome = welcome();
  readonly #overview = new OverviewSection();
  readonly #hitRate: HitRateSection;
  readonly #hotKeys: HotKeysSection;
  readonly #tags: TagsSection;
  readonly #activity: ActivitySection;
  readonly #main: HTMLElement;

  constructor(app: HTMLElement, state: PageState) {
    this.#hitRate = new HitRateSection(state);
    this.#hotKeys = new HotKeysSection(state);
    this.#tags = new TagsSection(state);
    this.#activity = new ActivitySection(state);
    const left = h('div', { class: 'column' }, this.#hitRate.element, this.#hotKeys.element);
    const right = h('div', { class: 'column' }, this.#tags.element, this.#activity.element);
    const columns = h('div', { class: 'columns' }, left, right);
    this.#main = h('main', {}, this.#overview.element, this.#welcome, columns);
    setShown(this.#main, false);
    app.replaceChildren(this.#failure.element, this.#loading, this.#main);
  }

  /** @param now the host's time, ms since the epoch */
  showSnapshot(snapshot: Snapshot, now: number): void {
    const { overview, activity } = snapshot;
    const cached = overview.levels.some(({ entries }) => entries > 0);
    const fresh = !cached && overview.hits + overview.misses + overview.joined === 0;
    const welcoming = fresh && snapshot.warm.state === 'idle';
    const inWelcome = this.#welcome.contains(document.activeElement);
    this.#overview.render(snapshot, !welcoming);
    this.#hitRate.render(snapshot);
    this.#hotKeys.render(snapshot, now);
    this.#tags.render(snapshot);
    this.#activity.render(snapshot, now);
    setShown(this.#welcome, welcoming);
    if (inWelcome && !welcoming) this.#overview.focusWarm();
    for (const { element } of [this.#hitRate, this.#hotKeys, this.#tags]) setShown(element, !fresh);
    setShown(this.#activity.element, !fresh || activity.length > 0);
    setShown(this.#loading, false);
    setShown(this.#main, true);
  }

  showFailure(message: string): void {
    this.#failure.show(message);
  }
}
