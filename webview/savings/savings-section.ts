/** Section "Savings": time, answers, tokens and money over a period, by whom, and what the figures rest on. */
import { PERIODS, type Period, type SavingsData } from '../../src/protocol/savings.ts';
import { BarPlot } from '../chart/bar-plot.ts';
import { Figure } from '../chart/figure.ts';
import type { Bars } from '../chart/figure-data.ts';
import { Choice } from '../choice.ts';
import { h, setAttribute, setShown, setText } from '../dom.ts';
import { entriesOf } from '../entries-link.ts';
import { fieldFilter } from '../field-filter.ts';
import { formatCount, formatDay } from '../format.ts';
import { KeyedList } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';
import { Awaited } from '../sections/awaited.ts';
import { section } from '../sections/section.ts';
import { dayFigure } from './day-bars.ts';
import { FIGURES } from './figures.ts';
import { SavedTable } from './saved-table.ts';

const PERIOD_NAMES: Readonly<Record<Period, { text: string; title: string }>> = {
  today: { text: 'Today', title: 'today' },
  '7d': { text: '7 d', title: 'in the last 7 days' },
  '30d': { text: '30 d', title: 'in the last 30 days' },
  all: { text: 'All', title: 'since anything is kept' },
};

export class SavingsSection {
  readonly #state: PageState;
  readonly #period: Choice<Period>;
  readonly #number = h('span', { class: 'headline-number' });
  readonly #of = h('span', { class: 'headline-text' });
  readonly #totals = FIGURES.map(({ label }) => {
    const value = h('dd', { class: 'number' });
    const note = h('dd', { class: 'note' });
    return { value, note, element: h('div', {}, h('dt', {}, label), value, note) };
  });
  readonly #figure: Figure<Bars>;
  readonly #days: HTMLElement;
  readonly #tables: Readonly<Record<'namespaces' | 'agents' | 'models', SavedTable>>;
  readonly #assumptions = h('ul', { class: 'told' });
  readonly #assumptionList = new KeyedList<string>({
    parent: this.#assumptions,
    keyOf: (sentence) => sentence,
    create: (sentence) => ({ element: h('li', {}, sentence), update() {} }),
  });
  readonly #rest = h('div', {}, h('h3', {}, 'What this rests on'), this.#assumptions);
  readonly #left: HTMLElement;
  readonly #nothing = h(
    'p',
    { class: 'empty' },
    'Nothing was saved in this period. Answers that the cache gives without computing them are counted here.',
  );
  readonly #figures: HTMLElement;
  readonly #awaited: Awaited;
  readonly element: HTMLElement;

  constructor(state: PageState) {
    this.#state = state;
    const options = PERIODS.map((value) => {
      const { text, title } = PERIOD_NAMES[value];
      return { value, text, title: `What was saved ${title}` };
    });
    this.#period = new Choice('period', 'Period', options, (period) => state.look({ period }));
    this.#figure = new Figure(
      state,
      'Answers from the cache by day',
      (canvas, theme) => new BarPlot(canvas, theme),
    );
    this.#days = h('div', {}, h('h3', {}, 'Answers by day'), this.#figure.element);
    this.#tables = {
      namespaces: new SavedTable('Namespace', 'Of none of these answers is the namespace known.', (name) =>
        state.look(entriesOf(state, fieldFilter('namespace', name))),
      ),
      agents: new SavedTable('Agent', 'No agent told who it is.'),
      models: new SavedTable('Model', 'No answer came from a model call through the cache.'),
    };
    const { namespaces, agents, models } = this.#tables;
    this.#left = h('div', {}, this.#days, this.#rest);
    const right = h('div', {}, namespaces.element, agents.element, models.element);
    this.#figures = h(
      'div',
      {},
      h('dl', { class: 'totals' }, ...this.#totals.map(({ element }) => element)),
      h('div', { class: 'halves' }, this.#left, right),
    );
    this.#awaited = new Awaited(
      'Reading what was saved…',
      h('p', { class: 'headline' }, this.#number, ' ', this.#of),
      this.#nothing,
      this.#figures,
    );
    this.element = section(
      'savings',
      'Savings',
      [this.#period.element, this.#figure.toggle],
      this.#awaited.element,
    );
  }

  render(savings: SavingsData | undefined): void {
    const { period } = this.#state.view;
    this.#period.show(period);
    this.#awaited.settle(savings !== undefined, savings?.period === period);
    if (!savings) return;
    this.#headline(savings);
    this.#totals.forEach(({ value, note }, index) => {
      const figure = FIGURES[index];
      if (!figure) return;
      const text = figure.text(savings.total);
      setText(value, text ?? (figure.needless?.(savings.total) ? '–' : 'unknown'));
      setAttribute(value, 'data-unknown', text === undefined ? '' : undefined);
      setText(note, figure.note(savings.total));
    });
    // One day is one bar, which says nothing that its number does not.
    const days = savings.days.length > 1;
    setShown(this.#days, days);
    setShown(this.#figure.toggle, days);
    setShown(this.#left, days || savings.assumptions.length > 0);
    setShown(this.#nothing, savings.total.calls === 0);
    setShown(this.#figures, savings.total.calls > 0);
    this.#figure.render(dayFigure(savings.days));
    this.#tables.namespaces.render(savings.namespaces);
    this.#tables.agents.render(savings.agents);
    this.#tables.models.render(savings.models);
    this.#assumptionList.render(savings.assumptions);
    setShown(this.#rest, savings.assumptions.length > 0);
  }

  /** The time, or, while none was measured, the answers. */
  #headline({ total, since, period }: SavingsData): void {
    const [answers, time] = FIGURES;
    const known = total.calls > 0 ? time?.text(total) : undefined;
    setText(this.#number, known ?? answers?.text(total) ?? '');
    const what = known
      ? `of computing saved by ${formatCount(total.calls)} answers`
      : `${total.calls === 1 ? 'answer' : 'answers'} from the cache`;
    const { title } = PERIOD_NAMES[period];
    const from = period === 'today' || total.calls === 0 ? '' : `, counted from ${formatDay(since)}`;
    setText(this.#of, `${what} ${title}${from}`);
  }
}
