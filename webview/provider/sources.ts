/** The transcripts that were read, by agent, and what was wrong with them. */
import type { ProviderSource } from '../../src/protocol/provider.ts';
import { h, icon, setShown, setText } from '../dom.ts';
import { KeyedList, type Row } from '../keyed-list.ts';
import { AGENT_NAMES, sourceText } from './agents.ts';

export class Sources {
  readonly #items = h('ul', { class: 'sources', 'aria-label': 'Transcripts' });
  readonly #list = new KeyedList<ProviderSource>({
    parent: this.#items,
    keyOf: ({ agent }) => agent,
    create: sourceRow,
  });
  readonly element = h('div', {}, h('h3', {}, 'Transcripts'), this.#items);

  render(sources: readonly ProviderSource[]): void {
    setShown(this.element, sources.length > 0);
    this.#list.render(sources);
  }
}

function sourceRow({ agent }: ProviderSource): Row<ProviderSource> {
  const text = h('span', { class: 'quiet' });
  const warning = icon('warning');
  return {
    element: h(
      'li',
      {},
      h('span', {}, AGENT_NAMES[agent]),
      h('span', { class: 'source-text' }, warning, text),
    ),
    update(source) {
      setShown(warning, source.state === 'failed' || source.problem !== undefined);
      setText(text, sourceText(source));
    },
  };
}
