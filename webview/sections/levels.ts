/** The levels of the cache: what each holds and answers, and what is wrong with one that fails. */
import type { EntrySort } from '../../src/protocol/entries.ts';
import type { LevelSummary } from '../../src/protocol.ts';
import { h, icon, setAttribute, setText } from '../dom.ts';
import { filterTerm } from '../filter-term.ts';
import { formatBytes, formatCount } from '../format.ts';
import { KeyedList, type Row } from '../keyed-list.ts';
import { toEntries } from '../leads.ts';
import { LEVEL_ICONS, LEVEL_NAMES } from '../names.ts';
import { NumberLink } from '../number-link.ts';
import type { PageState } from '../page-state.ts';

const COLUMNS = ['Level', 'Entries', 'Size', 'Hits', 'State'];

export class LevelsTable {
  readonly #body = h('tbody');
  readonly #rows: KeyedList<LevelSummary>;
  readonly #problems = h('div', { role: 'status' });
  readonly #problemList = new KeyedList<LevelSummary>({
    parent: this.#problems,
    keyOf: ({ level }) => level,
    create: problemLine,
  });
  readonly element = h(
    'div',
    { class: 'levels' },
    h(
      'table',
      { 'aria-label': 'Levels' },
      h('thead', {}, h('tr', {}, ...COLUMNS.map((name) => h('th', { scope: 'col' }, name)))),
      this.#body,
    ),
    this.#problems,
  );

  /** @param toChart shows the hits over time */
  constructor(state: PageState, toChart: () => void) {
    this.#rows = new KeyedList<LevelSummary>({
      parent: this.#body,
      keyOf: ({ level }) => level,
      create: (summary) => levelRow(summary, state, toChart),
    });
  }

  render(levels: readonly LevelSummary[]): void {
    this.#rows.render(levels);
    this.#problemList.render(
      levels.filter(({ state, problem }) => state === 'failing' || problem !== undefined),
    );
  }
}

function levelRow({ level }: LevelSummary, state: PageState, toChart: () => void): Row<LevelSummary> {
  const label = LEVEL_NAMES[level];
  const sorted = (sort: EntrySort) => () => {
    const query = { filter: filterTerm('level', level), sort, descending: true };
    state.look(toEntries(state.view, query));
  };
  const entries = new NumberLink(`Show the entries on the level ${label}`, sorted('lastHit'));
  const bytes = new NumberLink(`Show the largest entries on the level ${label}`, sorted('bytes'));
  const hits = new NumberLink('Show the hits over time', toChart);
  const health = new NumberLink('', () => state.look({ section: 'activity' }));
  const cells = [entries, bytes, hits, health].map(({ element }) => h('td', {}, element));
  const name = h('th', { scope: 'row' }, icon(LEVEL_ICONS[level]), label);
  const element = h('tr', {}, name, ...cells);
  return {
    element,
    update(summary) {
      const on = summary.state !== 'off';
      setAttribute(element, 'data-state', summary.state);
      entries.show(on ? formatCount(summary.entries) : '–', `${label}, entries`, on);
      bytes.show(on ? formatBytes(summary.bytes) : '–', `${label}, size`, on);
      hits.show(on ? formatCount(summary.hits) : '–', `${label}, hits`, on);
      const { errors } = summary;
      const failed = `${formatCount(errors)} ${errors === 1 ? 'error' : 'errors'}`;
      const text = summary.state === 'on' && errors > 0 ? failed : summary.state;
      health.show(text, `${label}, state`, errors > 0);
      setAttribute(health.element, 'title', errors > 0 ? `${failed} since the window opened` : undefined);
    },
  };
}

function problemLine({ level }: LevelSummary): Row<LevelSummary> {
  const text = h('span');
  return {
    element: h('p', { class: 'problem' }, icon('warning'), text),
    update({ problem }) {
      setText(text, `${LEVEL_NAMES[level]}: ${problem ?? 'answers no requests now'}`);
    },
  };
}
