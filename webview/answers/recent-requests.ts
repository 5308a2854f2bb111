/** The latest requests to models; each leads to the entry of its answer. */
import type { AnswerRow } from '../../src/protocol/answers.ts';
import type { Column } from '../column.ts';
import { h, icon, setShown, setText, setTime } from '../dom.ts';
import { formatCount, formatDuration, formatRelative } from '../format.ts';
import type { Row } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';
import { cell, RowTable, tableRow } from '../row-table.ts';
import { formatWhy, STATUSES } from './statuses.ts';

const COLUMNS = [
  { label: 'Question' },
  { label: 'Answered', className: 'status' },
  { label: 'Model', className: 'name' },
  { label: 'Agent', className: 'name', room: 'wide' },
  { label: 'Time', className: 'number' },
  { label: 'Tokens', className: 'number', room: 'medium' },
  { label: 'When', className: 'number when' },
] as const satisfies readonly Column[];
const FIRST = 25;

type Identified = AnswerRow & { readonly id: string };

export class RecentRequests {
  readonly #empty = h('p', { class: 'empty' });
  readonly #table: RowTable<Identified>;
  readonly element: HTMLElement;

  #now = 0;

  constructor(state: PageState) {
    this.#table = new RowTable<Identified>({
      ...{ label: 'Recent requests', className: 'request-table', columns: COLUMNS, first: FIRST },
      keyOf: ({ id }) => id,
      create: (row) => requestRow(row, state, () => this.#now),
    });
    this.element = h('div', {}, h('h3', {}, 'Recent requests'), this.#empty, this.#table.element);
  }

  /**
   * @param open whether there are addresses to send requests to
   * @param now the host's time, ms since the epoch
   */
  render(recent: readonly AnswerRow[], open: boolean, now: number): void {
    this.#now = now;
    setShown(this.#empty, recent.length === 0);
    setText(
      this.#empty,
      open ? 'No requests yet. Give an agent one of the addresses above.' : 'No requests yet.',
    );
    this.#table.render(withIds(recent));
  }
}

/** Many can come in one millisecond; counted from the oldest, the names stay when newer ones come. */
function withIds(rows: readonly AnswerRow[]): Identified[] {
  const seen = new Map<string, number>();
  return rows
    .toReversed()
    .map((row) => {
      const name = `${row.at} ${row.status} ${row.key}`;
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return { ...row, id: `${name} ${count}` };
    })
    .reverse();
}

function requestRow(row: AnswerRow, state: PageState, now: () => number): Row<Identified> {
  const { key, question, status, reason, model, agent, ms, tokens, at } = row;
  const time = h('time', { class: 'number' });
  const failed = status === 'failed';
  const answered = h('span', { title: STATUSES[status].means }, STATUSES[status].name);
  const why = h('span', { class: 'quiet row-detail' });
  setText(why, reason === undefined ? '' : formatWhy(reason));
  setShown(why, reason !== undefined);
  const [, inAnswered, inModel, inAgent, inTime, inTokens, inWhen] = COLUMNS;
  return {
    element: tableRow(
      h('div', {}, questionOf(key, question, state), why),
      cell(inAnswered, failed ? h('span', { class: 'failed' }, icon('error'), answered) : answered),
      cell(inModel, known(model), h('span', { class: 'quiet row-detail', 'data-room': 'between' }, agent)),
      cell(inAgent, known(agent)),
      cell(inTime, formatDuration(ms)),
      cell(inTokens, tokensOf(tokens)),
      cell(inWhen, h('span', { class: 'quiet' }, time)),
    ),
    update: () => setTime(time, at, formatRelative(at, now())),
  };
}

function known(name: string): Node | string {
  return name === '' ? h('span', { class: 'quiet' }, 'unknown') : name;
}

function tokensOf(tokens: AnswerRow['tokens']): Node | string {
  if (!tokens) return known('');
  const { input, output } = tokens;
  const title = `${formatCount(input)} input, ${formatCount(output)} output`;
  return h('span', { title }, formatCount(input + output));
}

/** What was asked, or where prompts are not shown its key; leads to the entry where there can be one. */
function questionOf(key: string, question: string | undefined, state: PageState): HTMLElement {
  const text = question ?? (key === '' ? 'not shown' : key);
  if (key === '') return h('span', { class: question === undefined ? 'quiet' : 'row-text' }, text);
  const link = h(
    'button',
    { type: 'button', class: 'link-button row-text', title: 'Show the entry in full' },
    text,
  );
  link.addEventListener('click', () => state.look({ section: 'entries', entry: key }));
  return link;
}
