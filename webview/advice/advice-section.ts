/** Section "Advice": what would help and by how much, the miss-ratio curve, and what was done. */
import type { AdviceAction, AdviceData, AdviceItem } from '../../src/protocol/advice.ts';
import { Figure } from '../chart/figure.ts';
import { h, setShown, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import { KeyedList } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';
import { Awaited } from '../sections/awaited.ts';
import { section } from '../sections/section.ts';
import { actionRow } from './action-row.ts';
import { adviceRow } from './advice-row.ts';
import { basis, type CurveData, curveData, curveFigure, markText } from './curve.ts';
import { CurvePlot } from './curve-plot.ts';

const NONE = 'Nothing to advise: what was measured gives no reason to change anything.';

export class AdviceSection {
  readonly #number = h('span', { class: 'headline-number' });
  readonly #of = h('span', { class: 'headline-text' });
  readonly #headline = h('p', { class: 'headline' }, this.#number, ' ', this.#of);
  readonly #none = h('p', { class: 'empty' });
  readonly #items = h('ul', { class: 'advice-list', 'aria-label': 'Advice' });
  readonly #itemList: KeyedList<AdviceItem>;
  readonly #figure: Figure<CurveData>;
  readonly #marks = h('ul', { class: 'curve-marks' });
  readonly #basis = h('p', { class: 'quiet prose' });
  readonly #curve: HTMLElement;
  readonly #actions = h('ol', { class: 'action-list', 'aria-label': 'What was done' });
  readonly #actionList = new KeyedList<AdviceAction>({
    parent: this.#actions,
    keyOf: ({ id }) => id,
    create: (action) => actionRow(action, () => this.#now),
  });
  readonly #done = h('div', {}, h('h3', {}, 'What was done'), this.#actions);
  readonly #awaited: Awaited;
  readonly element: HTMLElement;

  #now = 0;
  #marksShown = '';

  constructor(state: PageState) {
    this.#itemList = new KeyedList({
      parent: this.#items,
      keyOf: ({ id, kind }) => `${kind} ${id}`,
      create: (item) => adviceRow(item, state),
    });
    this.#figure = new Figure(
      state,
      'Reads that miss, by size of memory',
      (canvas, theme) => new CurvePlot(canvas, theme),
    );
    this.#curve = h(
      'div',
      {},
      h(
        'div',
        { class: 'sub-header' },
        h('h3', {}, 'Reads that miss, by size of memory'),
        this.#figure.toggle,
      ),
      this.#figure.element,
      this.#marks,
      this.#basis,
    );
    this.#awaited = new Awaited(
      'Reading the advice…',
      this.#headline,
      h(
        'div',
        { class: 'halves' },
        h('div', {}, this.#none, this.#items),
        h('div', {}, this.#curve, this.#done),
      ),
    );
    this.element = section('advice', 'Advice', [], this.#awaited.element);
  }

  /** @param now the host's time, ms since the epoch */
  render(advice: AdviceData | undefined, now: number): void {
    this.#now = now;
    this.#awaited.settle(advice !== undefined);
    if (!advice) return;
    const { items, actions, curve, none } = advice;
    const open = items.filter(({ state }) => state === 'open');
    const ordered = [...open, ...items.filter(({ state }) => state === 'applied')];
    setShown(this.#headline, open.length > 0);
    setText(this.#number, formatCount(open.length));
    setText(this.#of, open.length === 1 ? 'piece of advice' : 'pieces of advice');
    setShown(this.#none, open.length === 0);
    setText(this.#none, none ?? NONE);
    this.#itemList.render(ordered);
    setShown(this.#items, ordered.length > 0);
    setShown(this.#curve, curve !== undefined);
    if (curve) {
      this.#figure.render(curveFigure(curve));
      setText(this.#basis, basis(curve));
      const marks = curveData(curve).marks;
      const shown = marks.map(markText).join('\n');
      if (shown !== this.#marksShown) {
        this.#marksShown = shown;
        this.#marks.replaceChildren(
          ...marks.map((mark) => {
            const sign = h('span', { class: `curve-mark ${mark.kind}`, 'aria-hidden': 'true' });
            return h('li', {}, sign, markText(mark));
          }),
        );
      }
    }
    this.#actionList.render(actions);
    setShown(this.#done, actions.length > 0);
  }
}
