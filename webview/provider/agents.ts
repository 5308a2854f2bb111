/** What the agents with transcripts are called, and what became of reading them. */
import type { ProviderSource, TranscriptAgent } from '../../src/protocol/provider.ts';
import { h, icon, setShown, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import { KeyedList, type Row } from '../keyed-list.ts';

export const AGENT_NAMES: Readonly<Record<TranscriptAgent, string>> = {
  'claude-code': 'Claude Code',
  codex: 'Codex CLI',
  'copilot-chat': 'Copilot Chat',
  cline: 'Cline',
};

/** `12 files`, `no transcripts found`. */
export function sourceText({ state, files, skipped, problem }: ProviderSource): string {
  if (state === 'off') return 'not read: switched off';
  if (state === 'none') return 'no transcripts found';
  if (state === 'failed') return `not read: ${problem ?? 'the transcripts could not be opened'}`;
  const read = `${formatCount(files)} ${files === 1 ? 'file' : 'files'}`;
  const rows = `${formatCount(skipped)} ${skipped === 1 ? 'row was' : 'rows were'} not understood and skipped`;
  return [read, ...(skipped > 0 ? [rows] : []), ...(problem === undefined ? [] : [problem])].join('; ');
}

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
