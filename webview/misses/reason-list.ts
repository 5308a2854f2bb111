/** Totals by reason: how many, what that means, what to do about it; pressed, a reason filters the recent misses. */
import { MISS_REASONS, type MissCounts, type MissReasonName } from '../../src/protocol/misses.ts';
import { paintBox } from '../chart/patterns.ts';
import { onThemeChange, readTheme } from '../chart/theme.ts';
import { h, setAttribute, setLabel, setShown, setText } from '../dom.ts';
import { formatCount, formatPercent } from '../format.ts';
import { host } from '../host.ts';
import type { PageState } from '../page-state.ts';
import { missTotal } from './miss-bars.ts';
import { REASONS } from './reasons.ts';

export class ReasonList {
  readonly #state: PageState;
  readonly #rows: readonly ReasonRow[];
  readonly #others = h('p', { class: 'quiet' });
  readonly element: HTMLElement;

  /** @param choose called with the reason to filter by, or with none */
  constructor(state: PageState, choose: (reason: MissReasonName | undefined) => void) {
    this.#state = state;
    this.#rows = MISS_REASONS.map((reason) => this.#row(reason, choose));
    this.element = h(
      'div',
      {},
      h(
        'ul',
        { class: 'reasons', 'aria-label': 'Misses by reason' },
        ...this.#rows.map((row) => row.element),
      ),
      this.#others,
    );
    this.#paint();
    onThemeChange(() => this.#paint());
  }

  render(counts: MissCounts, chosen: MissReasonName | undefined): void {
    const total = missTotal(counts);
    for (const { reason, element, button, number, share } of this.#rows) {
      const count = counts[reason] ?? 0;
      setShown(element, count > 0 || reason === chosen);
      setText(number, formatCount(count));
      setText(share, total > 0 ? formatPercent(count / total) : '');
      setAttribute(button, 'aria-pressed', String(reason === chosen));
      const { name } = REASONS[reason];
      const act =
        reason === chosen ? 'show recent misses of all reasons' : 'show recent misses of this reason';
      setLabel(button, `${name}, ${formatCount(count)}: ${act}`);
    }
    const absent = MISS_REASONS.filter((reason) => (counts[reason] ?? 0) === 0 && reason !== chosen);
    setShown(this.#others, total > 0 && absent.length > 0);
    setText(
      this.#others,
      `Did not occur: ${absent.map((reason) => REASONS[reason].name.toLowerCase()).join(', ')}.`,
    );
  }

  #paint(): void {
    const { hues } = readTheme();
    for (const { reason, swatch } of this.#rows) {
      paintBox(swatch, REASONS[reason].pattern, hues[REASONS[reason].hue]);
    }
  }

  #row(reason: MissReasonName, choose: (reason: MissReasonName | undefined) => void): ReasonRow {
    const { name, means, remedy, link } = REASONS[reason];
    const swatch = h('canvas', { class: 'swatch', 'aria-hidden': 'true' });
    const number = h('span', { class: 'number' });
    const share = h('span', { class: 'number quiet' });
    const button = h(
      'button',
      { type: 'button', class: 'reason-button', 'aria-pressed': 'false' },
      swatch,
      h('span', { class: 'reason-name' }, name),
      number,
      share,
    );
    button.addEventListener('click', () => {
      choose(button.ariaPressed === 'true' ? undefined : reason);
    });
    const text = h('p', { class: 'reason-text' }, `${means} `, h('span', { class: 'quiet' }, remedy));
    if (link) {
      const go = h('button', { type: 'button', class: 'link-button' }, link.text);
      go.addEventListener('click', () => {
        if ('section' in link) this.#state.look({ section: link.section });
        else host.postMessage({ type: 'openSetting', id: link.setting });
      });
      text.append(' ', go);
    }
    return { reason, element: h('li', {}, button, text), button, swatch, number, share };
  }
}

interface ReasonRow {
  readonly reason: MissReasonName;
  readonly element: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly swatch: HTMLCanvasElement;
  readonly number: HTMLElement;
  readonly share: HTMLElement;
}
