/** Where agents send their requests to models, each address with a button that copies it. */
import type { AnswersData } from '../../src/protocol/answers.ts';
import { h, iconButton, setText } from '../dom.ts';
import { host } from '../host.ts';
import { KeyedList, type Row } from '../keyed-list.ts';

type Door = AnswersData['doors'][number];

const NAMES: Readonly<Record<string, string>> = { openai: 'OpenAI', anthropic: 'Anthropic' };

export class Doors {
  readonly #items = h('ul', { class: 'doors', 'aria-label': 'Addresses for agents' });
  readonly #list = new KeyedList<Door>({
    parent: this.#items,
    keyOf: ({ provider, url }) => `${provider} ${url}`,
    create: doorRow,
  });
  readonly element = h('div', {}, h('h3', {}, 'Addresses for agents'), this.#items);

  render(doors: readonly Door[]): void {
    this.#list.render(doors);
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
