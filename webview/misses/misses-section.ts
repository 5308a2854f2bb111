/** Section "Misses": how many, why, what to do about it, and the latest of them. */

import type { MissesData, MissReasonName } from '../../src/protocol/misses.ts';
import type { Range } from '../../src/protocol.ts';
import { BarPlot } from '../chart/bar-plot.ts';
import { Figure } from '../chart/figure.ts';
import type { Bars } from '../chart/figure-data.ts';
import type { Choice } from '../choice.ts';
import { h, setShown, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import { RANGE_NAMES } from '../names.ts';
import type { PageState } from '../page-state.ts';
import { Awaited } from '../sections/awaited.ts';
import { rangePicker } from '../sections/range-picker.ts';
import { section } from '../sections/section.ts';
import { missFigure, missTotal } from './miss-bars.ts';
import { ReasonList } from './reason-list.ts';
import { REASONS } from './reasons.ts';
import { RecentMisses } from './recent-misses.ts';

export class MissesSection {
  readonly #state: PageState;
  readonly #range: Choice<Range>;
  readonly #number = h('span', { class: 'headline-number' });
  readonly #of = h('span', { class: 'headline-text' });
  readonly #figure: Figure<Bars>;
  readonly #reasons: ReasonList;
  readonly #recentTitle = h('h3', {}, 'Recent misses');
  readonly #filter = h('button', { type: 'button', class: 'link-button' }, 'Show all reasons');
  readonly #recent: RecentMisses;
  readonly #awaited: Awaited;
  readonly element: HTMLElement;

  #reason: MissReasonName | undefined;
  #last: { readonly misses: MissesData; readonly now: number } | undefined;

  constructor(state: PageState) {
    this.#state = state;
    this.#range = rangePicker(state, 'misses-range');
    this.#figure = new Figure(state, 'Misses over time', (canvas, theme) => new BarPlot(canvas, theme));
    this.#reasons = new ReasonList(state, (reason) => this.#choose(reason));
    this.#recent = new RecentMisses(state);
    this.#filter.addEventListener('click', () => this.#choose(undefined));
    this.#awaited = new Awaited(
      'Reading the misses…',
      h('p', { class: 'headline' }, this.#number, ' ', this.#of),
      h(
        'div',
        { class: 'halves' },
        h('div', {}, this.#figure.element, this.#reasons.element),
        h(
          'div',
          { class: 'recent' },
          h('div', { class: 'sub-header' }, this.#recentTitle, this.#filter),
          this.#recent.element,
        ),
      ),
    );
    this.element = section(
      'misses',
      'Misses',
      [this.#range.element, this.#figure.toggle],
      this.#awaited.element,
    );
  }

  /** @param now the host's time, ms since the epoch */
  render(misses: MissesData | undefined, now: number): void {
    const { range } = this.#state.view;
    this.#range.show(range);
    this.#awaited.settle(misses !== undefined, misses?.range === range);
    if (!misses) return;
    this.#last = { misses, now };
    const total = missTotal(misses.counts);
    setText(this.#number, formatCount(total));
    setText(this.#of, `${total === 1 ? 'miss' : 'misses'} in the last ${RANGE_NAMES[misses.range]}`);
    this.#figure.render(missFigure(misses, now));
    this.#update();
  }

  #choose(reason: MissReasonName | undefined): void {
    this.#reason = reason;
    this.#update();
  }

  #update(): void {
    if (!this.#last) return;
    const { misses, now } = this.#last;
    this.#reasons.render(misses.counts, this.#reason);
    setText(
      this.#recentTitle,
      this.#reason ? `Recent misses: ${REASONS[this.#reason].name.toLowerCase()}` : 'Recent misses',
    );
    setShown(this.#filter, this.#reason !== undefined);
    this.#recent.render(misses.recent, this.#reason, now);
  }
}
