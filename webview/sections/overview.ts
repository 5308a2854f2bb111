/** The top of the page: the hit rate, the numbers behind it, the levels, and the actions. */
import type { Overview, Snapshot } from '../../src/protocol.ts';
import { h, setAttribute, setShown, setText } from '../dom.ts';
import { formatCount, formatDuration, formatPercent, hitRate } from '../format.ts';
import { host } from '../host.ts';
import { button } from '../ui/toolkit.ts';
import { LevelsTable } from './levels.ts';
import { WarmControl } from './warm-control.ts';

const STATS: readonly { label: string; hint: string; value(overview: Overview): string }[] = [
  { label: 'Hits', hint: 'Reads that the cache answered', value: ({ hits }) => formatCount(hits) },
  { label: 'Misses', hint: 'Reads that had to compute', value: ({ misses }) => formatCount(misses) },
  {
    label: 'Joined',
    hint: 'Reads that a running computation of the same key answered; neither hits nor misses',
    value: ({ joined }) => formatCount(joined),
  },
  {
    label: 'Time saved',
    hint: 'What computing the entries hit had taken',
    value: ({ savedMs }) => formatDuration(savedMs),
  },
  {
    label: 'Compute p50',
    hint: 'Median time of computing, over the last 1,000 misses',
    value: ({ computeMs }) => (computeMs ? formatDuration(computeMs.p50) : '–'),
  },
  {
    label: 'Compute p99',
    hint: '99th percentile of computing, over the last 1,000 misses',
    value: ({ computeMs }) => (computeMs ? formatDuration(computeMs.p99) : '–'),
  },
];

export class OverviewSection {
  readonly #rate = h('span', { class: 'rate-number' });
  readonly #reads = h('span', { class: 'rate-of' });
  readonly #stats = STATS.map(({ label, hint, value }) => {
    const number = h('dd', { class: 'number' });
    return { number, value, element: h('div', { title: hint }, h('dt', {}, label), number) };
  });
  readonly #levels = new LevelsTable();
  readonly #warm = new WarmControl();
  readonly #clear = button('Clear All…', 'secondary', () => host.postMessage({ type: 'clearAll' }));
  readonly #actions = h('div', { class: 'actions' }, this.#warm.element, this.#clear);
  readonly element = h(
    'header',
    { class: 'overview' },
    h(
      'h1',
      { class: 'rate' },
      this.#rate,
      ' ',
      h('span', { class: 'rate-label' }, 'hit rate'),
      ' ',
      this.#reads,
    ),
    h('dl', { class: 'stats' }, ...this.#stats.map(({ element }) => element)),
    this.#levels.element,
    this.#actions,
  );

  /** @param actions whether the actions are offered here */
  render({ overview, warm }: Snapshot, actions: boolean): void {
    const { hits, misses, levels } = overview;
    setText(this.#rate, formatPercent(hitRate(hits, misses)));
    const reads = hits + misses;
    setAttribute(this.#rate, 'data-empty', reads === 0 ? '' : undefined);
    const of = reads === 0 ? 'no reads' : `of ${formatCount(reads)} ${reads === 1 ? 'read' : 'reads'}`;
    setText(this.#reads, `${of} since the window opened`);
    for (const { number, value } of this.#stats) setText(number, value(overview));
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
