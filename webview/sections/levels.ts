/** The levels of the cache: what each holds and answers, and what is wrong with one that fails. */
import type { LevelSummary } from '../../src/protocol.ts';
import { h, icon, setAttribute, setText } from '../dom.ts';
import { formatBytes, formatCount } from '../format.ts';
import { KeyedList, type Row } from '../keyed-list.ts';
import { LEVEL_ICONS, LEVEL_NAMES } from '../names.ts';

const COLUMNS = ['Level', 'Entries', 'Size', 'Hits', 'State'];

export class LevelsTable {
  readonly #body = h('tbody');
  readonly #rows = new KeyedList<LevelSummary>({
    parent: this.#body,
    keyOf: ({ level }) => level,
    create: levelRow,
  });
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

  render(levels: readonly LevelSummary[]): void {
    this.#rows.render(levels);
    this.#problemList.render(
      levels.filter(({ state, problem }) => state === 'failing' || problem !== undefined),
    );
  }
}

function levelRow({ level }: LevelSummary): Row<LevelSummary> {
  const entries = h('td');
  const bytes = h('td');
  const hits = h('td');
  const state = h('td');
  const name = h('th', { scope: 'row' }, icon(LEVEL_ICONS[level]), LEVEL_NAMES[level]);
  const element = h('tr', {}, name, entries, bytes, hits, state);
  return {
    element,
    update(summary) {
      const off = summary.state === 'off';
      setAttribute(element, 'data-state', summary.state);
      setText(entries, off ? '–' : formatCount(summary.entries));
      setText(bytes, off ? '–' : formatBytes(summary.bytes));
      setText(hits, off ? '–' : formatCount(summary.hits));
      const { errors } = summary;
      const failed = `${formatCount(errors)} ${errors === 1 ? 'error' : 'errors'}`;
      setText(state, summary.state === 'on' && errors > 0 ? failed : summary.state);
      setAttribute(state, 'title', errors > 0 ? `${failed} since the window opened` : undefined);
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
