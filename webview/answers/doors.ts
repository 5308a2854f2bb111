/** Where agents send their requests to models, each address with a button that copies it; or why there are none. */
import type { AnswersData } from '../../src/protocol/answers.ts';
import { h, icon, iconButton, setShown, setText } from '../dom.ts';
import { host } from '../host.ts';
import { KeyedList, type Row } from '../keyed-list.ts';
import { button } from '../ui/toolkit.ts';

type Door = AnswersData['doors'][number];

const NAMES: Readonly<Record<string, string>> = { openai: 'OpenAI', anthropic: 'Anthropic' };

export class Doors {
  readonly #items = h('ul', { class: 'doors', 'aria-label': 'Addresses for agents' });
  readonly #list = new KeyedList<Door>({
    parent: this.#items,
    keyOf: ({ provider, url }) => `${provider} ${url}`,
    create: doorRow,
  });
  readonly #reason = h('span');
  readonly #open = button('Open Setting', 'primary', () => {
    if (this.#setting !== undefined) host.postMessage({ type: 'openSetting', id: this.#setting });
  });
  readonly #closed = h(
    'div',
    { class: 'closed-doors', role: 'status' },
    h('p', { class: 'problem prose' }, icon('warning'), this.#reason),
    this.#open,
  );
  readonly element = h(
    'div',
    {},
    h('div', {}, h('h3', {}, 'Addresses for agents'), this.#items, this.#closed),
  );
  #setting: string | undefined;

  render({ doors, closed }: Pick<AnswersData, 'doors' | 'closed'>): void {
    setShown(this.element, doors.length > 0 || closed !== undefined);
    setShown(this.#items, doors.length > 0);
    this.#list.render(doors);
    setShown(this.#closed, closed !== undefined);
    setText(this.#reason, closed ? `There are none: agents cannot reach the proxy. ${closed.reason}` : '');
    this.#setting = closed?.setting;
    setShown(this.#open, closed?.setting !== undefined);
  }
}

function doorRow({ provider, url }: Door): Row<Door> {
  const name = NAMES[provider] ?? provider;
  const upstream = h('span', { class: 'quiet door-upstream' });
  const copy = iconButton('copy', `Copy the address for ${name}`);
  copy.addEventListener('click', () => host.postMessage({ type: 'copy', text: url }));
  return {
    element: h(
      'li',
      {},
      h('span', { class: 'door-name' }, name),
      h('span', { class: 'door-address' }, h('code', {}, url), copy),
      upstream,
    ),
    update: (door) => setText(upstream, `asks ${door.upstream}`),
  };
}
