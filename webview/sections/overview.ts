/** Section "Overview": the numbers that matter first, the hit rate over time, hot keys, what happened last. */
import type { Snapshot } from '../../src/protocol.ts';
import { h, setShown } from '../dom.ts';
import { AlertsSection } from '../outlook/alerts.ts';
import { WarmingSection } from '../outlook/warming.ts';
import type { PageState } from '../page-state.ts';
import { ActivitySection } from './activity.ts';
import { HitRateSection } from './hit-rate.ts';
import { HotKeysSection } from './hot-keys.ts';
import { Summary } from './summary.ts';
import { welcome } from './welcome.ts';

export class OverviewSection {
  readonly #summary: Summary;
  readonly #welcome = welcome();
  readonly #hitRate: HitRateSection;
  readonly #hotKeys: HotKeysSection;
  readonly #activity: ActivitySection;
  readonly #alerts = new AlertsSection();
  readonly #warming = new WarmingSection();
  readonly element: HTMLElement;

  constructor(state: PageState) {
    this.#hitRate = new HitRateSection(state);
    this.#hotKeys = new HotKeysSection(state);
    this.#activity = new ActivitySection(state, 'latest');
    this.#summary = new Summary(state, () => this.#hitRate.element.scrollIntoView());
    const left = h('div', { class: 'column' }, this.#hitRate.element, this.#hotKeys.element);
    const columns = h(
      'div',
      { class: 'columns' },
      left,
      h('div', { class: 'column' }, this.#activity.element, this.#warming.element),
    );
    this.element = h(
      'div',
      { class: 'overview-page' },
      this.#summary.element,
      this.#welcome,
      this.#alerts.element,
      columns,
    );
  }

  /** @param now the host's time, ms since the epoch */
  render(snapshot: Snapshot, now: number): void {
    const { overview, activity, entries, warm } = snapshot;
    const fresh = entries === 0 && overview.hits + overview.misses + overview.joined === 0;
    const welcoming = fresh && warm.state === 'idle';
    const inWelcome = this.#welcome.contains(document.activeElement);
    this.#summary.render(snapshot, !welcoming);
    this.#hitRate.render(snapshot);
    this.#hotKeys.render(snapshot, now);
    this.#activity.render(snapshot, now);
    this.#alerts.render(snapshot.outlook, now);
    this.#warming.render(snapshot.outlook, now);
    setShown(this.#welcome, welcoming);
    if (inWelcome && !welcoming) this.#summary.focusWarm();
    for (const { element } of [this.#hitRate, this.#hotKeys]) setShown(element, !fresh);
    setShown(this.#activity.element, !fresh || activity.length > 0);
  }
}
