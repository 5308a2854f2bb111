/** Section "Hit Rate": the chart over the chosen range, its legend, and the same as a table. */
import { LEVELS, type Range, type Snapshot } from '../../src/protocol.ts';
import { bucketsOf, describe, totalsOf } from '../chart/buckets.ts';
import { HitRateChart } from '../chart/hit-rate-chart.ts';
import { SeriesTable } from '../chart/series-table.ts';
import { type Mark, onThemeChange, paintSwatch, readTheme } from '../chart/theme.ts';
import type { Choice } from '../choice.ts';
import { h, icon, iconButton, setAttribute, setLabel, setShown, setText } from '../dom.ts';
import { formatCount, formatPercent } from '../format.ts';
import { LEVEL_NAMES, RANGE_NAMES } from '../names.ts';
import type { PageState } from '../page-state.ts';
import { rangePicker } from './range-picker.ts';
import { section } from './section.ts';

const LEGEND: readonly { mark: Mark; label: string }[] = [
  { mark: 'rate', label: 'Hit rate' },
  ...LEVELS.map((level) => ({ mark: level, label: `${LEVEL_NAMES[level]} hits` })),
  { mark: 'misses', label: 'Misses' },
];

export class HitRateSection {
  readonly #state: PageState;
  readonly #canvas = h('canvas', { role: 'img' });
  readonly #empty = h('p', { class: 'empty' });
  readonly #plot = h('div', { class: 'plot' }, this.#canvas, this.#empty);
  readonly #table = new SeriesTable();
  readonly #toggle = iconButton('table', '');
  readonly #legend = LEGEND.map(({ mark, label }) => {
    const swatch = h('canvas', { class: 'swatch', 'aria-hidden': 'true' });
    return { mark, swatch, label, value: h('span', { class: 'number' }) };
  });
  readonly #range: Choice<Range>;
  readonly element: HTMLElement;

  #theme = readTheme();
  readonly #chart = new HitRateChart(this.#canvas, this.#theme);
  #drawn = '';

  constructor(state: PageState) {
    this.#state = state;
    this.#range = rangePicker(state, 'range');
    this.#toggle.addEventListener('click', () => {
      state.keep({ chartAsTable: !state.kept.chartAsTable });
      this.#showTable();
    });
    const legend = this.#legend.map(({ swatch, label, value }) => h('li', {}, swatch, `${label} `, value));
    this.element = section(
      'hit-rate',
      'Hit Rate',
      [this.#range.element, this.#toggle],
      this.#plot,
      this.#table.element,
      h('ul', { class: 'legend', 'aria-label': 'Totals of the range' }, ...legend),
    );
    this.#showTable();
    this.#paintLegend();
    onThemeChange(() => this.#retheme());
  }

  render({ series, at }: Snapshot): void {
    this.#range.show(this.#state.view.range);
    const buckets = bucketsOf(series, at);
    const totals = totalsOf(buckets);
    const drawn = JSON.stringify(buckets);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#chart.draw(buckets, series.range, this.#theme);
      this.#table.render(buckets);
    }
    setAttribute(this.#canvas, 'aria-label', describe(series.range, totals));
    const empty = totals.rate === undefined;
    setAttribute(this.#plot, 'data-empty', empty ? '' : undefined);
    setShown(this.#empty, empty);
    const wait = 'Hits and misses appear here as soon as an agent or a command asks for an analysis.';
    setText(this.#empty, `No reads in the last ${RANGE_NAMES[series.range]}. ${wait}`);
    for (const { mark, value } of this.#legend) {
      if (mark === 'rate') setText(value, formatPercent(totals.rate));
      else setText(value, formatCount(mark === 'misses' ? totals.misses : totals.hits[mark]));
    }
  }

  #showTable(): void {
    const table = this.#state.kept.chartAsTable;
    setShown(this.#plot, !table);
    setShown(this.#table.element, table);
    setLabel(this.#toggle, table ? 'Show as Chart' : 'Show as Table');
    this.#toggle.replaceChildren(icon(table ? 'graph' : 'table'));
  }

  #retheme(): void {
    this.#theme = readTheme();
    this.#chart.retheme(this.#theme);
    this.#paintLegend();
  }

  #paintLegend(): void {
    for (const { mark, swatch } of this.#legend) paintSwatch(swatch, mark, this.#theme);
  }
}
