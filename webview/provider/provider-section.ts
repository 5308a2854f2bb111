/** Section "Provider Cache": what agents' own transcripts say of the provider's prompt cache. */
import type { ProviderData } from '../../src/protocol/provider.ts';
import { h, setAttribute, setShown, setText } from '../dom.ts';
import { formatCompact, formatPercent } from '../format.ts';
import { host } from '../host.ts';
import { KeyedList } from '../keyed-list.ts';
import { Awaited } from '../sections/awaited.ts';
import { section } from '../sections/section.ts';
import { switchedOff } from '../sections/switched-off.ts';
import { progressRing } from '../ui/toolkit.ts';
import { PROVIDER_FIGURES, sentTokens, UNKNOWN } from './figures.ts';
import { SessionTable } from './session-table.ts';
import { Sources } from './sources.ts';

const SETTING = 'agentCache.providerCache.enabled';

const NOTE =
  'This is the cache of the provider, which keeps the beginnings of prompts for minutes. It is not the cache of this extension: nothing of it is in the hit rate or the savings of the other sections.';

const OFF = [
  'Nothing is read. Switched on, the transcripts that Claude Code, Codex CLI, Copilot Chat and Cline keep on this machine are read for the tokens that the provider counted: how many came from its cache, what that saved, and where the cache broke.',
  'They are read here only, and nothing of them leaves this machine.',
];

/** Leads to what VS Code itself tells of the prompts of its chat. */
function debugLogs(): HTMLElement {
  const link = h('button', { type: 'button', class: 'link-button' }, 'Open VS Code’s agent debug logs');
  link.addEventListener('click', () => host.postMessage({ type: 'openDebugLogs' }));
  return link;
}

export class ProviderSection {
  readonly #off = switchedOff(OFF, SETTING);
  readonly #reading = h('div', { class: 'reading', role: 'status' }, progressRing(), 'Reading transcripts…');
  readonly #number = h('span', { class: 'headline-number' });
  readonly #of = h('span', { class: 'headline-text' });
  readonly #totals = PROVIDER_FIGURES.slice(1).map((figure) => {
    const value = h('dd', { class: 'number' });
    return { figure, value, element: h('div', { title: figure.hint }, h('dt', {}, figure.label), value) };
  });
  readonly #empty = h(
    'p',
    { class: 'empty' },
    'No requests with counted tokens were found in the transcripts.',
  );
  readonly #sessions = new SessionTable();
  readonly #sources = new Sources();
  readonly #assumptions = h('ul', { class: 'told' });
  readonly #assumptionList = new KeyedList<string>({
    parent: this.#assumptions,
    keyOf: (sentence) => sentence,
    create: (sentence) => ({ element: h('li', {}, sentence), update() {} }),
  });
  readonly #rest = h('div', {}, h('h3', {}, 'What this rests on'), this.#assumptions);
  readonly #figures = h(
    'div',
    {},
    h('p', { class: 'headline' }, this.#number, ' ', this.#of),
    h('dl', { class: 'tally' }, ...this.#totals.map(({ element }) => element)),
  );
  readonly #body = h(
    'div',
    { class: 'stacked' },
    this.#reading,
    this.#figures,
    this.#empty,
    this.#sessions.element,
    h('div', { class: 'halves' }, h('div', {}, this.#sources.element), h('div', {}, this.#rest)),
  );
  readonly #awaited = new Awaited(
    'Reading what the transcripts say…',
    h('p', { class: 'prose provider-note' }, NOTE, ' ', debugLogs()),
    this.#off,
    this.#body,
  );
  readonly element = section('provider', 'Provider Cache', [], this.#awaited.element);

  /** @param now the host's time, ms since the epoch */
  render(provider: ProviderData | undefined, now: number): void {
    this.#awaited.settle(provider !== undefined);
    if (!provider) return;
    const { state, rows, more, total, sources, assumptions } = provider;
    setShown(this.#off, state === 'off');
    setShown(this.#body, state !== 'off');
    setShown(this.#reading, state === 'reading');
    setShown(this.#figures, rows.length > 0);
    setShown(this.#empty, rows.length === 0 && state === 'ready');
    this.#headline(total);
    for (const { figure, value } of this.#totals) {
      const text = figure.text(total);
      setText(value, text ?? UNKNOWN.text);
      setAttribute(value, 'title', text === undefined ? UNKNOWN.title : figure.exact?.(total));
      setAttribute(value, 'data-unknown', text === undefined ? '' : undefined);
    }
    this.#sessions.render(rows, more, now);
    this.#sources.render(sources);
    this.#assumptionList.render(assumptions);
    setShown(this.#rest, assumptions.length > 0);
  }

  #headline({ tokens, hitRate }: ProviderData['total']): void {
    setText(this.#number, hitRate === undefined ? UNKNOWN.text : formatPercent(hitRate));
    const sent = sentTokens(tokens);
    setText(this.#of, sent === undefined ? 'hit rate' : `hit rate of ${formatCompact(sent)} tokens sent`);
  }
}
