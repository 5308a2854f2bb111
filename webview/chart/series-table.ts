/** The data of the chart as a table: for screen readers, for keyboards, for exact numbers. */
import { LEVELS } from '../../src/protocol.ts';
import { h, setText, setTime } from '../dom.ts';
import { formatCount, formatPercent, formatStretch, hitRate } from '../format.ts';
import { KeyedList, type Row } from '../keyed-list.ts';
import { LEVEL_NAMES } from '../names.ts';
import { allHits, type Bucket } from './buckets.ts';

const COLUMNS = ['Time', 'Hit rate', ...LEVELS.map((level) => LEVEL_NAMES[level]), 'Misses'];

export class SeriesTable {
  readonly #body = h('tbody');
  readonly #list = new KeyedList<Bucket>({
    parent: this.#body,
    keyOf: ({ start, end }) => `${start}-${end}`,
    create: bucketRow,
  });
  readonly element = h(
    'div',
    { class: 'series-table', role: 'region', 'aria-label': 'Hits and misses over time', tabindex: '0' },
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, ...COLUMNS.map((name) => h('th', { scope: 'col' }, name)))),
      this.#body,
    ),
  );

  /** Newest first; times without reads are left out. */
  render(buckets: readonly Bucket[]): void {
    this.#list.render(buckets.filter(({ hits, misses }) => allHits(hits) + misses > 0).reverse());
  }
}

function bucketRow(): Row<Bucket> {
  const time = h('time');
  const levels = LEVELS.map(() => h('td'));
  const misses = h('td');
  const rate = h('td');
  return {
    element: h('tr', {}, h('th', { scope: 'row' }, time), rate, ...levels, misses),
    update(bucket) {
      setTime(time, bucket.start, formatStretch(bucket.start, bucket.end - bucket.start));
      LEVELS.forEach((level, index) => {
        const cell = levels[index];
        if (cell) setText(cell, formatCount(bucket.hits[level]));
      });
      setText(misses, formatCount(bucket.misses));
      setText(rate, formatPercent(hitRate(allHits(bucket.hits), bucket.misses)));
    },
  };
}
