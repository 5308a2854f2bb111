/** Section "Alerts": what fires now, was told lately or is muted; not there while nothing is. */
import type { AlertRow, Outlook } from '../../src/protocol/outlook.ts';
import { h, iconButton, setShown, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import { host } from '../host.ts';
import { KeyedList } from '../keyed-list.ts';
import { section } from '../sections/section.ts';
import { alertRow } from './alert-row.ts';

export class AlertsSection {
  readonly #items = h('ul', { class: 'alert-list', 'aria-label': 'Alerts' });
  readonly #list = new KeyedList<AlertRow>({
    parent: this.#items,
    keyOf: ({ name }) => name,
    create: (alert) => alertRow(alert, () => this.#now),
    refocus: (row) => row.querySelector('button')?.focus({ preventScroll: true }),
  });
  readonly #count = h('span', { class: 'quiet' });
  readonly #said = h('p', { class: 'sr-only', role: 'status' });
  readonly #section: HTMLElement;
  readonly element: HTMLElement;

  #now = 0;

  constructor() {
    const edit = iconButton('settings-gear', 'Open the setting agentCache.alerts');
    edit.addEventListener('click', () => host.postMessage({ type: 'openSetting', id: 'agentCache.alerts' }));
    this.#section = section('alerts', 'Alerts', [this.#count, edit], this.#items);
    // Outside of what is hidden, so that a screen reader hears of the first one too.
    this.element = h('div', {}, this.#said, this.#section);
  }

  /** @param now the host's time, ms since the epoch */
  render({ alerts, rules }: Outlook, now: number): void {
    this.#now = now;
    const firing = alerts.filter(({ state }) => state === 'firing').length;
    const text = `${formatCount(firing)} of ${formatCount(rules)} ${rules === 1 ? 'rule' : 'rules'} ${firing === 1 ? 'fires' : 'fire'}`;
    setText(this.#count, text);
    setText(this.#said, firing > 0 ? `Alerts: ${text}` : '');
    this.#list.render(alerts);
    setShown(this.#section, alerts.length > 0);
  }
}
