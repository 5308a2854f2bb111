/** Section "Settings": all settings at a glance, what is wrong with them first. */
import type { SettingRow, SettingsData } from '../../src/protocol/settings.ts';
import { h, icon, setAttribute, setShown, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import { KeyedList } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';
import { Awaited } from '../sections/awaited.ts';
import { section } from '../sections/section.ts';
import { type SettingGroup, settingGroup } from './setting-group.ts';

export class SettingsSection {
  readonly #number = h('span', { class: 'headline-number' });
  readonly #of = h('span', { class: 'headline-text' });
  readonly #only = h(
    'button',
    { type: 'button', class: 'setting-toggle', 'aria-pressed': 'false' },
    'Only changed',
  );
  readonly #problems = h('ul', { class: 'setting-problems', 'aria-label': 'Problems' });
  readonly #problemList = new KeyedList<string>({
    parent: this.#problems,
    keyOf: (sentence) => sentence,
    create: (sentence) => ({
      element: h('li', { class: 'problem' }, icon('warning'), h('span', {}, sentence)),
      update() {},
    }),
  });
  readonly #groups = h('div', { class: 'setting-groups' });
  readonly #groupList = new KeyedList<SettingGroup>({
    parent: this.#groups,
    keyOf: ({ name }) => name,
    create: settingGroup,
  });
  readonly #empty = h('p', { class: 'empty' }, 'All settings have their defaults.');
  readonly #awaited = new Awaited(
    'Reading the settings…',
    h('p', { class: 'headline' }, this.#number, ' ', this.#of),
    this.#problems,
    this.#groups,
    this.#empty,
  );
  readonly element = section('settings', 'Settings', [this.#only], this.#awaited.element);

  #data: SettingsData = { rows: [], problems: [] };
  #onlyChanged = false;

  constructor(_state: PageState) {
    this.#only.addEventListener('click', () => {
      this.#onlyChanged = !this.#onlyChanged;
      this.#update();
    });
  }

  render(settings: SettingsData | undefined): void {
    this.#awaited.settle(settings !== undefined);
    if (!settings) return;
    this.#data = settings;
    this.#update();
  }

  #update(): void {
    const { rows, problems } = this.#data;
    const changed = rows.filter((row) => row.changed);
    setText(this.#number, formatCount(changed.length));
    const are = changed.length === 1 ? 'differs from its default' : 'differ from their defaults';
    setText(this.#of, `of ${formatCount(rows.length)} settings ${are}`);
    setAttribute(this.#only, 'aria-pressed', String(this.#onlyChanged));
    this.#problemList.render(problems);
    setShown(this.#problems, problems.length > 0);
    this.#groupList.render(groupsOf(this.#onlyChanged ? changed : rows));
    setShown(this.#empty, this.#onlyChanged && changed.length === 0);
  }
}

/** In the order of their first settings. */
function groupsOf(rows: readonly SettingRow[]): SettingGroup[] {
  const groups = new Map<string, SettingRow[]>();
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  return [...groups].map(([name, rows]) => ({ name, rows }));
}
