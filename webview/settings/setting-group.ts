/** The settings of one group; a press on one opens it in VS Code's own editor. */
import type { SettingRow } from '../../src/protocol/settings.ts';
import { h, setAttribute, setShown, setText } from '../dom.ts';
import { host } from '../host.ts';
import { KeyedList, type Row } from '../keyed-list.ts';
import { RovingRows } from '../roving-rows.ts';

export interface SettingGroup {
  readonly name: string;
  readonly rows: readonly SettingRow[];
}

export function settingGroup({ name }: SettingGroup): Row<SettingGroup> {
  const rows = h('div', { class: 'setting-rows', role: 'group', 'aria-label': name });
  const roving = new RovingRows(rows);
  const list = new KeyedList<SettingRow>({
    parent: rows,
    keyOf: ({ id }) => id,
    create: settingRow,
    refocus: (row) => row.focus({ preventScroll: true }),
  });
  rows.addEventListener('keydown', (event) => {
    const row = roving.rowOf(event.target);
    const goal = row && roving.neighbour(row, event.key);
    if (!goal) return;
    event.preventDefault();
    goal.focus();
  });
  return {
    element: h('div', { class: 'setting-group' }, h('h3', {}, name), rows),
    update(group) {
      list.render(group.rows);
      roving.refresh();
    },
  };
}

function settingRow({ id, title }: SettingRow): Row<SettingRow> {
  const value = h('span', { class: 'setting-value' });
  const changed = h('span', { class: 'setting-changed' }, '(changed)');
  const element = h(
    'button',
    { type: 'button', class: 'setting-row', tabindex: '-1', title: `Open ${id}` },
    h('span', { class: 'setting-title' }, title, ' ', changed),
    ' ',
    value,
  );
  element.addEventListener('click', () => host.postMessage({ type: 'openSetting', id }));
  return {
    element,
    update(row) {
      setText(value, row.value);
      setShown(changed, row.changed);
      setAttribute(element, 'data-changed', row.changed ? '' : undefined);
    },
  };
}
