/** One row of the hot keys. */
import type { HotKey } from '../../src/protocol.ts';
import { h, iconButton, setAttribute, setShown, setText, setTime } from '../dom.ts';
import { formatAge, formatBytes, formatCount, formatDuration, formatExact } from '../format.ts';
import { host } from '../host.ts';
import { keyName } from '../key-name.ts';
import type { Row } from '../keyed-list.ts';
import { showLevels } from '../level-icons.ts';

interface HotKeyActions {
  /** The host's time in ms. */
  now(): number;
  /** Shows the entry in full. */
  details(key: string): void;
}

export function hotKeyRow({ key }: HotKey, { now, details }: HotKeyActions): Row<HotKey> {
  let file: string | undefined;
  const openFile = (): void => {
    if (file !== undefined) host.postMessage({ type: 'openFile', file });
  };

  const name = keyName(key);
  const hits = h('span', { role: 'gridcell', class: 'number hits' });
  const bytes = h('span', { role: 'gridcell', class: 'number bytes' });
  const age = h('time');
  const cost = h('span', { role: 'gridcell', class: 'number cost' });
  const levels = h('span', { role: 'gridcell', class: 'levels-cell' });
  const open = iconButton('go-to-file', `Open ${key}`, { tabindex: '-1' });
  const invalidate = iconButton('circle-slash', `Invalidate ${key}`, { tabindex: '-1' });
  const element = h(
    'div',
    { role: 'row', class: 'hot-row', tabindex: '-1' },
    h('span', { role: 'rowheader', class: 'key' }, name),
    hits,
    bytes,
    h('span', { role: 'gridcell', class: 'number age' }, age),
    cost,
    levels,
    h('span', { role: 'gridcell', class: 'row-actions' }, open, invalidate),
  );

  name.addEventListener('click', () => details(key));
  open.addEventListener('click', openFile);
  invalidate.addEventListener('click', ({ detail }) => {
    // The second half of a double click may already be on another row.
    if (detail < 2) host.postMessage({ type: 'invalidateKey', key });
  });
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target === element) details(key);
  });

  return {
    element,
    update(hot) {
      file = hot.file;
      setText(hits, formatCount(hot.recentHits ?? hot.hits));
      const all = hot.recentHits === undefined ? '' : `; ${formatCount(hot.hits)} in all`;
      const last = hot.hits > 0 ? `Last hit ${formatExact(hot.lastHitAt)}` : 'Not hit yet';
      setAttribute(hits, 'title', `${last}${all}`);
      setText(bytes, formatBytes(hot.bytes));
      setTime(age, hot.createdAt, formatAge(hot.createdAt, now()));
      setText(cost, formatDuration(hot.costMs));
      setShown(open, file !== undefined);
      showLevels(levels, hot.levels);
    },
  };
}
