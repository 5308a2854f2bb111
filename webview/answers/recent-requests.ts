/** The latest requests to models; each leads to the entry of its answer. */
import type { AnswerRow } from '../../src/protocol/answers.ts';
import { h, icon, setShown, setText, setTime } from '../dom.ts';
import { formatCount, formatDuration, formatRelative } from '../format.ts';
import type { Row } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';
import { cell, RowTable, tableRow } from '../row-table.ts';
import { STATUSES } from './statuses.ts';

const COLUMNS = ['Question', 'Answered', 'Model', 'Agent', 'Time', 'Tokens', 'When'] as const;
const FIRST = 25;

type Identified = AnswerRow & { readonly id: string };

export class RecentRequests {
  readonly #empty = h('p', { class: 'empty' }, 'No requests yet. Give an agent one of the addresses above.');
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

  /** @param now the host's time, ms since the epoch */
  render(recent: readonly AnswerRow[], now: number): void {
    this.#now = now;
    setShown(this.#empty, recent.length === 0);
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
  setText(why, reason ?? '');
  setShown(why, reason !== undefined);
  const [, inAnswered, inModel, inAgent, inTime, inTokens, inWhen] = COLUMNS;
  const known = tokens ? formatCount(tokens.input + tokens.output) : 'unknown';
  return {
    element: tableRow(
      h('div', {}, questionOf(key, question, state), why),
      cell(inAnswered, failed ? 'failed' : '', ...(failed ? [icon('error')] : []), answered),
      cell(inModel, 'name', model === '' ? unknown() : model),
      cell(inAgent, 'name', agent === '' ? unknown() : agent),
      cell(inTime, 'number', formatDuration(ms)),
      cell(
        inTokens,
        tokens ? 'number' : 'quiet',
        h(
          'span',
          tokens ? { title: `${formatCount(tokens.input)} input, ${formatCount(tokens.output)} output` } : {},
          known,
        ),
      ),
      cell(inWhen, 'number quiet', time),
    ),
    update: () => setTime(time, at, formatRelative(at, now())),
  };
}

function unknown(): HTMLElement {
  return h('span', { class: 'quiet' }, 'unknown');
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
