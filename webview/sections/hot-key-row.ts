/** One row of the hot keys. */
import { type HotKey, LEVELS } from '../../src/protocol.ts';
import { h, icon, iconButton, setAttribute, setShown, setText, setTime } from '../dom.ts';
import { formatAge, formatBytes, formatCount, formatDuration, formatExact } from '../format.ts';
import { host } from '../host.ts';
import type { Row } from '../keyed-list.ts';
import { LEVEL_ICONS, LEVEL_NAMES } from '../names.ts';

/** The end of a key stays visible when the key is too long for its column: its file name, if short. */
const TAIL = 16;
const MAX_FILE_NAME = 32;

/** `now()` is the host's time in ms. */
export function hotKeyRow({ key }: HotKey, now: () => number): Row<HotKey> {
  let file: string | undefined;
  const openFile = (): void => {
    if (file !== undefined) host.postMessage({ type: 'openFile', file });
  };

  const name = h('span', { class: 'key-name', title: key }, ...keyParts(withoutVersion(key)));
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

  name.addEventListener('click', openFile);
  open.addEventListener('click', openFile);
  invalidate.addEventListener('click', ({ detail }) => {
    // The second half of a double click may already be on another row.
    if (detail < 2) host.postMessage({ type: 'invalidateKey', key });
  });
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target === element) openFile();
  });

  let shownLevels = '';
  return {
    element,
    update(hot) {
      file = hot.file;
      setText(hits, formatCount(hot.hits));
      setAttribute(hits, 'title', hot.hits > 0 ? `Last hit ${formatExact(hot.lastHitAt)}` : 'Not hit yet');
      setText(bytes, formatBytes(hot.bytes));
      setTime(age, hot.createdAt, formatAge(hot.createdAt, now()));
      setText(cost, formatDuration(hot.costMs));
      setShown(open, file !== undefined);
      setAttribute(name, 'data-opens', file === undefined ? undefined : '');
      const present = LEVELS.filter((level) => hot.levels.includes(level));
      const names = present.map((level) => LEVEL_NAMES[level]).join(', ');
      if (names === shownLevels) return;
      shownLevels = names;
      levels.title = names;
      const icons = present.map((level) => icon(LEVEL_ICONS[level]));
      levels.replaceChildren(...icons, h('span', { class: 'sr-only' }, names));
    },
  };
}

/** `analysis:outline:3:src/a.ts` → `analysis:outline:src/a.ts`: the version says little and costs the path its place. */
function withoutVersion(key: string): string {
  return key.replace(/^([^:]+:[^:]+):\d[\d.]*(?=:)/, '$1');
}

/** Namespace, middle and end apart, so that the middle can be cut and the namespace stand back. */
function keyParts(key: string): HTMLElement[] {
  const colon = key.indexOf(':') + 1;
  const slash = key.lastIndexOf('/');
  const tail = slash >= 0 && key.length - slash <= MAX_FILE_NAME ? key.length - slash : TAIL;
  const cut = Math.max(colon, key.length - tail);
  const parts: HTMLElement[] = [];
  if (colon > 0) parts.push(h('span', { class: 'key-namespace' }, key.slice(0, colon)));
  if (cut > colon) parts.push(h('span', { class: 'key-head' }, key.slice(colon, cut)));
  parts.push(h('span', { class: 'key-tail' }, key.slice(cut)));
  return parts;
}
