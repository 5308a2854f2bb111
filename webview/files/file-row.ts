/** One row of the files. */
import type { FileRow } from '../../src/protocol/files.ts';
import { h, iconButton, setAttribute, setLabel, setText } from '../dom.ts';
import { entriesOf } from '../entries-link.ts';
import { fieldFilter } from '../field-filter.ts';
import { formatBytes, formatCount, formatDuration, formatEntries } from '../format.ts';
import { host } from '../host.ts';
import type { Row } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';

export function fileRow({ file }: FileRow, state: PageState): Row<FileRow> {
  const openFile = (): void => host.postMessage({ type: 'openFile', file });
  const showEntries = (): void => state.look(entriesOf(state, fieldFilter('file', file)));

  const slash = file.lastIndexOf('/') + 1;
  const name = h('span', { class: 'file-name', title: `Open ${file}` });
  if (slash > 0) name.append(h('span', { class: 'file-folder' }, file.slice(0, slash)));
  name.append(h('span', { class: 'file-base' }, file.slice(slash)));
  const entries = h('button', { type: 'button', class: 'number-link number', tabindex: '-1' });
  const bytes = h('span', { role: 'gridcell', class: 'number bytes' });
  const cost = h('span', { role: 'gridcell', class: 'number cost' });
  const changes = h('span', { role: 'gridcell', class: 'number changes' });
  const open = iconButton('go-to-file', `Open ${file}`, { tabindex: '-1' });
  const invalidate = iconButton('circle-slash', '', { tabindex: '-1' });
  const element = h(
    'div',
    { role: 'row', class: 'file-row', tabindex: '-1' },
    h('span', { role: 'rowheader', class: 'file-cell' }, name),
    h('span', { role: 'gridcell', class: 'file-entries' }, entries),
    bytes,
    cost,
    changes,
    h('span', { role: 'gridcell', class: 'row-actions' }, open, invalidate),
  );

  name.addEventListener('click', openFile);
  open.addEventListener('click', openFile);
  entries.addEventListener('click', showEntries);
  invalidate.addEventListener('click', ({ detail }) => {
    // The second half of a double click may already be on another row.
    if (detail < 2) host.postMessage({ type: 'invalidateFile', file });
  });
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target === element) openFile();
  });

  return {
    element,
    update(row) {
      setText(entries, formatCount(row.entries));
      setLabel(entries, `Show the ${formatEntries(row.entries)} that a change of ${file} makes invalid`);
      setText(bytes, formatBytes(row.bytes));
      setText(cost, row.costMs === undefined ? 'unknown' : formatDuration(row.costMs));
      setAttribute(
        cost,
        'title',
        row.costMs === undefined
          ? 'Of none of its entries was the computing time measured'
          : `A save costs ${formatDuration(row.costMs)} of computing, when all are asked for again`,
      );
      setText(changes, formatCount(row.changes));
      const times = row.changes === 1 ? 'Changed once' : `Changed ${formatCount(row.changes)} times`;
      setAttribute(
        changes,
        'title',
        row.changes === 0
          ? 'Not changed since the window opened'
          : `${times} since the window opened, which made ${formatEntries(row.invalidated)} invalid`,
      );
      setLabel(invalidate, `Invalidate the dependents of ${file} (${formatEntries(row.entries)})`);
    },
  };
}
