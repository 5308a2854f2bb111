/** One alert: what it watches, since when it fires, when it is told again, and its mute. */
import type { AlertRow } from '../../src/protocol/outlook.ts';
import { h, icon, setAttribute, setLabel, setShown, setText, setTime } from '../dom.ts';
import { formatAge, formatCount, formatExact, formatUntil } from '../format.ts';
import { host } from '../host.ts';
import type { Row } from '../keyed-list.ts';

export function alertRow({ name }: AlertRow, now: () => number): Row<AlertRow> {
  let muted = false;
  const firing = icon('warning');
  const over = icon('pass');
  const state = h('span', { class: 'sr-only' });
  const value = h('span', { class: 'number alert-value' });
  const of = h('span');
  const condition = h('span');
  const about = h('p', { class: 'quiet' }, of, ' ', value, ' ', condition);
  const stateText = h('span');
  const since = h('time');
  const told = h('span');
  const again = h('time');
  const until = h('time');
  const mutedText = h('span', {}, icon('bell-slash'), ' muted, ends ', until);
  const againText = h('span', {}, 'again ', again);
  const mute = h('button', { type: 'button', class: 'link alert-mute' });
  mute.addEventListener('click', ({ detail }) => {
    // The second half of a double click may already be on another line.
    if (detail < 2) host.postMessage({ type: 'muteAlert', name, muted: !muted });
  });
  const title = h('p', { class: 'alert-name' }, state, name);
  const times = h(
    'p',
    { class: 'quiet alert-times' },
    h('span', {}, stateText, ' ', since),
    told,
    againText,
    mutedText,
  );
  const element = h('li', { class: 'alert' }, firing, over, h('div', {}, title, about, times), mute);
  return {
    element,
    update(alert) {
      const fires = alert.state === 'firing';
      muted = alert.mutedUntil !== undefined;
      setAttribute(element, 'data-state', alert.state);
      setShown(firing, fires);
      setShown(over, !fires);
      setText(state, fires ? 'Fires: ' : 'Over: ');
      setText(value, alert.value ?? '');
      setText(of, `${alert.of}:`);
      setText(condition, `(${alert.condition})`);
      setText(stateText, fires ? 'firing for' : 'over for');
      setTime(since, alert.since, formatAge(alert.since, now()));
      setShown(told, alert.told > 0);
      setText(told, alert.told === 1 ? 'told once' : `told ${formatCount(alert.told)} times`);
      setAttribute(
        told,
        'title',
        alert.toldAt === undefined ? undefined : `Last ${formatExact(alert.toldAt)}`,
      );
      setShown(againText, alert.againAt !== undefined && !muted);
      if (alert.againAt !== undefined) setTime(again, alert.againAt, formatUntil(alert.againAt, now()));
      setShown(mutedText, muted);
      if (alert.mutedUntil !== undefined) {
        setTime(until, alert.mutedUntil, formatUntil(alert.mutedUntil, now()));
      }
      setText(mute, muted ? 'Unmute' : 'Mute');
      setLabel(mute, muted ? `Unmute ${name}` : `Mute ${name} for a day`);
    },
  };
}
