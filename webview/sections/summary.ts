/** The top of the overview: the hit rate, the numbers behind it, the levels, and the actions. */
import type { Overview, Snapshot, View } from '../../src/protocol.ts';
import { h, setAttribute, setShown, setText } from '../dom.ts';
import { formatCount, formatDuration, formatPercent, hitRate } from '../format.ts';
import { host } from '../host.ts';
import { toEntries } from '../leads.ts';
import { NumberLink } from '../number-link.ts';
import type { PageState } from '../page-state.ts';
import { button } from '../ui/toolkit.ts';
import { LevelsTable } from './levels.ts';
import { WarmControl } from './warm-control.ts';

interface Stat {
  readonly label: string;
  readonly hint: string;
  /** What its number leads to. */
  lead(view: View): Partial<View>;
  value(overview: Overview): string;
}

const sorted = (view: View, sort: 'hits' | 'cost'): Partial<View> =>
  toEntries(view, { filter: '', sort, descending: true });
const toMisses = (): Partial<View> => ({ section: 'misses' });

const STATS: readonly Stat[] = [
  {
    label: 'Hits',
    hint: 'Reads that the cache answered',
    lead: (view) => sorted(view, 'hits'),
    value: ({ hits }) => formatCount(hits),
  },
  {
    label: 'Misses',
    hint: 'Reads that had to compute',
    lead: toMisses,
    value: ({ misses }) => formatCount(misses),
  },
  {
    label: 'Joined',
    hint: 'Reads that a running computation of the same key answered; neither hits nor misses',
    lead: toMisses,
    value: ({ joined }) => formatCount(joined),
  },
  {
    label: 'Time saved',
    hint: 'What computing the entries hit had taken',
    lead: () => ({ section: 'savings' }),
    value: ({ savedMs }) => formatDuration(savedMs),
  },
  {
    label: 'Compute p50',
    hint: 'Median time of computing, over the last 1,000 misses',
    lead: (view) => sorted(view, 'cost'),
    value: ({ computeMs }) => (computeMs ? formatDuration(computeMs.p50) : '–'),
  },
  {
    label: 'Compute p99',
    hint: '99th percentile of computing, over the last 1,000 misses',
    lead: (view) => sorted(view, 'cost'),
    value: ({ computeMs }) => (computeMs ? formatDuration(computeMs.p99) : '–'),
  },
];

export class Summary {
  readonly #rate: NumberLink;
  readonly #reads = h('span', { class: 'rate-of' });
  readonly #stats: readonly { stat: Stat; link: NumberLink; element: HTMLElement }[];
  readonly #levels: LevelsTable;
  readonly #warm = new WarmControl();
  readonly #clear = button('Clear All', 'secondary', () => host.postMessage({ type: 'clearAll' }));
  readonly #actions = h('div', { class: 'actions' }, this.#warm.element, this.#clear);
  readonly element: HTMLElement;

  /** @param toChart shows the hit rate over time */
  constructor(state: PageState, toChart: () => void) {
    this.#rate = new NumberLink('Show the hit rate over time', toChart);
    this.#rate.element.classList.add('rate-number');
    this.#levels = new LevelsTable(state, toChart);
    this.#stats = STATS.map((stat) => {
      const link = new NumberLink(stat.hint, () => state.look(stat.lead(state.view)));
      const name = h('dt', {}, stat.label);
      return { stat, link, element: h('div', { title: stat.hint }, name, h('dd', {}, link.element)) };
    });
    this.element = h(
      'header',
      { class: 'overview' },
      h(
        'h2',
        { class: 'rate' },
        this.#rate.element,
        ' ',
        h('span', { class: 'rate-label' }, 'hit rate'),
        ' ',
        this.#reads,
      ),
      h('dl', { class: 'stats' }, ...this.#stats.map(({ element }) => element)),
      this.#levels.element,
      this.#actions,
    );
  }

  /** @param actions whether the actions are offered here */
  render({ overview, warm }: Snapshot, actions: boolean): void {
    const { hits, misses, levels } = overview;
    this.#rate.show(formatPercent(hitRate(hits, misses)), 'Hit rate');
    const reads = hits + misses;
    setAttribute(this.#rate.element, 'data-empty', reads === 0 ? '' : undefined);
    const of = reads === 0 ? 'no reads' : `of ${formatCount(reads)} ${reads === 1 ? 'read' : 'reads'}`;
    setText(this.#reads, `${of} since the window opened`);
    for (const { stat, link } of this.#stats) link.show(stat.value(overview), stat.label);
    this.#levels.render(levels);
    this.#warm.render(warm);
    setShown(this.#actions, actions);
    const empty = levels.every(({ entries }) => entries === 0);
    setAttribute(this.#clear, 'disabled', empty ? '' : undefined);
  }

  focusWarm(): void {
    this.#warm.focus();
  }
}
