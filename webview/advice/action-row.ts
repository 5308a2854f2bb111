/** One thing that was done upon advice, with the way back. */
import type { AdviceAction } from '../../src/protocol/advice.ts';
import { h, icon, setShown, setTime } from '../dom.ts';
import { formatRelative } from '../format.ts';
import { host } from '../host.ts';
import type { Row } from '../keyed-list.ts';

const BY = {
  person: { icon: 'account', name: 'By a person' },
  optimiser: { icon: 'beaker', name: 'By the optimiser' },
} as const;

export function actionRow({ id, at, by, text, why }: AdviceAction, now: () => number): Row<AdviceAction> {
  const mark = icon(BY[by].icon);
  mark.title = BY[by].name;
  const time = h('time', { class: 'number quiet' });
  const revert = h(
    'button',
    { type: 'button', class: 'link-button', 'aria-label': `Revert: ${text}` },
    'Revert',
  );
  revert.addEventListener('click', ({ detail }) => {
    if (detail < 2) host.postMessage({ type: 'revertAdvice', id });
  });
  const reverted = h('span', { class: 'quiet' }, 'reverted');
  return {
    element: h(
      'li',
      {},
      mark,
      h(
        'div',
        {},
        h('p', {}, h('span', { class: 'sr-only' }, `${BY[by].name}: `), text),
        h('p', { class: 'quiet' }, why),
      ),
      h('div', { class: 'action-end' }, time, revert, reverted),
    ),
    update(action) {
      setTime(time, at, formatRelative(at, now()));
      setShown(revert, !action.reverted);
      setShown(reverted, action.reverted);
    },
  };
}
