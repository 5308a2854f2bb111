/** A chart, or the same data as a table: whichever the person chose for all charts of the page. */
import { h, iconButton, setAttribute, setLabel, setShown, setText } from '../dom.ts';
import type { PageState } from '../page-state.ts';
import type { FigureData } from './figure-data.ts';
import { FigureTable } from './figure-table.ts';
import { type ChartTheme, onThemeChange, readTheme } from './theme.ts';

/** What puts data on a canvas, without animation. */
export interface Plot<D> {
  draw(data: D, theme: ChartTheme): void;
}

export class Figure<D> {
  readonly #state: PageState;
  readonly #canvas = h('canvas', { role: 'img' });
  readonly #empty = h('p', { class: 'empty' });
  readonly #plot = h('div', { class: 'plot' }, this.#canvas, this.#empty);
  readonly #table: FigureTable;
  readonly #create: (canvas: HTMLCanvasElement, theme: ChartTheme) => Plot<D>;
  /** Goes among the tools of the section. */
  readonly toggle = iconButton('table', '');
  readonly element: HTMLElement;

  #drawing: Plot<D> | undefined;
  #drawn = '';
  #last: D | undefined;

  /** @param name of the figure: what its table is about, and what its button switches */
  constructor(
    state: PageState,
    name: string,
    create: (canvas: HTMLCanvasElement, theme: ChartTheme) => Plot<D>,
  ) {
    this.#state = state;
    this.#create = create;
    this.#table = new FigureTable(name);
    this.element = h('div', { class: 'figure' }, this.#plot, this.#table.element);
    this.toggle.addEventListener('click', () => {
      state.keep({ chartAsTable: !state.kept.chartAsTable });
      this.#showTable();
    });
    this.#showTable();
    onThemeChange(() => {
      if (this.#last !== undefined) this.#drawing?.draw(this.#last, readTheme());
    });
  }

  render({ data, label, empty, columns, rows }: FigureData<D>): void {
    const drawn = JSON.stringify([data, columns, rows]);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#last = data;
      const theme = readTheme();
      this.#drawing ??= this.#create(this.#canvas, theme);
      this.#drawing.draw(data, theme);
      this.#table.render(columns, rows);
    }
    setAttribute(this.#canvas, 'aria-label', label);
    setAttribute(this.#plot, 'data-empty', empty === undefined ? undefined : '');
    setShown(this.#empty, empty !== undefined);
    setText(this.#empty, empty ?? '');
    this.#showTable();
  }

  #showTable(): void {
    const table = this.#state.kept.chartAsTable;
    setShown(this.#plot, !table);
    setShown(this.#table.element, table);
    setLabel(this.toggle, table ? 'Show as Chart' : 'Show as Table');
    const [mark] = this.toggle.children;
    if (mark) setAttribute(mark, 'class', `codicon codicon-${table ? 'graph' : 'table'}`);
  }
}
