/** Sessions of agents by model: the tokens apart, what the provider's cache saved, and where it broke. */
import type { ProviderBreak, ProviderRow } from '../../src/protocol/provider.ts';
import type { Column } from '../column.ts';
import { h, setAttribute, setShown, setText, setTime } from '../dom.ts';
import { formatCount, formatExact, formatRelative } from '../format.ts';
import type { Row } from '../keyed-list.ts';
import { cell, RowTable, tableRow } from '../row-table.ts';
import { AGENT_NAMES } from './agents.ts';
import { SESSION_FIGURES, UNKNOWN } from './figures.ts';

const REQUESTS: Column = { label: 'Requests', className: 'number', room: 'medium' };
const FIGURES = SESSION_FIGURES.map((figure) => ({ ...figure, className: 'number' }));
const BREAKS: Column = { label: 'Breaks', className: 'number' };
const LAST: Column = { label: 'Last request', className: 'number when' };
const COLUMNS: readonly Column[] = [{ label: 'Session' }, REQUESTS, ...FIGURES, BREAKS, LAST];
const FIRST = 25;
/** Characters of an identifier that tell it from others. */
const SHORT = 8;

interface Item {
  readonly id: string;
  readonly row: ProviderRow;
  /** Whether this is the line below the session, which tells of its breaks. */
  readonly breaks: boolean;
}

export class SessionTable {
  readonly #open = new Set<string>();
  readonly #table: RowTable<Item>;
  readonly element: HTMLElement;

  #now = 0;

  constructor() {
    this.#table = new RowTable<Item>({
      ...{ label: 'Sessions', className: 'session-table', columns: COLUMNS, first: FIRST },
      keyOf: ({ id, breaks }) => `${id}${breaks ? ' breaks' : ''}`,
      create: (item) => (item.breaks ? breaksRow(item) : this.#sessionRow(item)),
      below: (item) =>
        this.#open.has(item.id) && item.row.breaks.length > 0 ? { ...item, breaks: true } : undefined,
    });
    this.element = h('div', {}, h('h3', {}, 'Sessions by model'), this.#table.element);
  }

  /**
   * @param more sessions that there are beyond these
   * @param now the host's time, ms since the epoch
   */
  render(rows: readonly ProviderRow[], more: number, now: number): void {
    this.#now = now;
    setShown(this.element, rows.length > 0);
    this.#table.render(
      rows.map((row) => ({ id: `${row.agent} ${row.session} ${row.model}`, row, breaks: false })),
      more,
    );
  }

  #sessionRow({ id, row: { agent, session, model } }: Item): Row<Item> {
    const title = h('span', { class: 'row-text' });
    const of = h(
      'span',
      { class: 'quiet row-detail' },
      `${AGENT_NAMES[agent]} · ${model === '' ? 'unknown model' : model}`,
    );
    const requests = h('span');
    const figures = FIGURES.map((figure) => ({ figure, text: h('span') }));
    const none = h('span', { class: 'quiet' }, 'none');
    const breaks = h('button', { type: 'button', class: 'link-button', 'aria-expanded': 'false' });
    breaks.addEventListener('click', () => {
      if (!this.#open.delete(id)) this.#open.add(id);
      this.#table.update();
    });
    const last = h('time', { class: 'number' });
    const isOpen = () => this.#open.has(id);
    const now = () => this.#now;
    return {
      element: tableRow(
        h('div', { title: session }, title, of),
        cell(REQUESTS, requests),
        ...figures.map(({ figure, text }) => cell(figure, text)),
        cell(BREAKS, breaks, none),
        cell(LAST, h('span', { class: 'quiet' }, last)),
      ),
      update({ row }) {
        setText(title, row.title ?? `Session ${session.slice(0, SHORT)}`);
        setText(requests, formatCount(row.requests));
        for (const { figure, text } of figures) {
          const { label, hint } = figure;
          const known = figure.text(row);
          setText(text, known ?? UNKNOWN.text);
          setAttribute(text, 'class', known === undefined ? 'quiet' : undefined);
          const meaning = known === undefined ? UNKNOWN.title : figure.exact?.(row);
          setAttribute(text, 'title', meaning ? `${label}: ${meaning}. ${hint}` : `${label}: ${hint}`);
        }
        const count = row.breaks.length;
        setShown(breaks, count > 0);
        setShown(none, count === 0);
        setText(breaks, formatCount(count));
        setAttribute(
          breaks,
          'aria-label',
          `${formatCount(count)} ${count === 1 ? 'break' : 'breaks'} of the cache: show when and why`,
        );
        setAttribute(breaks, 'aria-expanded', String(isOpen()));
        setTime(last, row.lastAt, formatRelative(row.lastAt, now()));
      },
    };
  }
}

function breaksRow({ row }: Item): Row<Item> {
  const list = h('ul', { class: 'told', 'aria-label': 'Where the cache broke' });
  let shown: readonly ProviderBreak[] | undefined;
  const update = ({ row: { breaks } }: Item): void => {
    if (JSON.stringify(breaks) === JSON.stringify(shown)) return;
    shown = breaks;
    list.replaceChildren(...breaks.map(breakLine));
  };
  const columns = String(COLUMNS.length);
  update({ id: '', row, breaks: true });
  return {
    element: h('tr', { role: 'row', class: 'breaks' }, h('td', { role: 'cell', colspan: columns }, list)),
    update,
  };
}

function breakLine({ at, cause, tokens }: ProviderBreak): HTMLElement {
  const again = `${formatCount(tokens)} ${tokens === 1 ? 'token' : 'tokens'} sent or written again`;
  return h(
    'li',
    {},
    h('span', { class: 'number quiet' }, formatExact(at)),
    ` ${cause} · `,
    h('span', { class: 'quiet' }, again),
  );
}
