/** Section "Model Answers": requests to models that came through the proxy, and what the cache gave them. */
import type { AnswersData } from '../../src/protocol/answers.ts';
import { h, icon, setShown, setText } from '../dom.ts';
import { entriesOf } from '../entries-link.ts';
import { fieldFilter } from '../field-filter.ts';
import { host } from '../host.ts';
import { NumberLink } from '../number-link.ts';
import type { PageState } from '../page-state.ts';
import { SavedTable } from '../savings/saved-table.ts';
import { Awaited } from '../sections/awaited.ts';
import { section } from '../sections/section.ts';
import { switchedOff } from '../sections/switched-off.ts';
import { COUNTS, hasHistory, matchingText, rateOf, storedText } from './counts.ts';
import { Doors } from './doors.ts';
import { Matches } from './matches.ts';
import { RecentRequests } from './recent-requests.ts';

const SETTING = 'agentCache.proxy.enabled';
const EMBEDDINGS = 'agentCache.embeddings.url';

const OFF = [
  'The proxy for model answers is off. Switched on, agents can send their requests to OpenAI or Anthropic through it: the same request gets the stored answer, as long as the files that the answer rests on are as they were.',
  'Hits come from retries, evaluations, parallel agents and replays. Within a live conversation almost every request is a new one.',
  'Requests go to the provider that is set and nowhere else; your credentials pass through and are not kept.',
];

export class AnswersSection {
  readonly #off = switchedOff(OFF, SETTING);
  readonly #number = h('span', { class: 'headline-number' });
  readonly #of = h('span', { class: 'headline-text' });
  readonly #counts = COUNTS.map((count) => {
    const value = h('dd', { class: 'number' });
    return { count, value, element: h('div', { title: count.hint }, h('dt', {}, count.label), value) };
  });
  readonly #stored: NumberLink;
  readonly #doors = new Doors();
  readonly #matching = h('p', { class: 'prose' });
  readonly #problem = h('span');
  readonly #problemLine = h('p', { class: 'problem', role: 'status' }, icon('warning'), this.#problem);
  readonly #embedder = h('button', { type: 'button', class: 'link-button' });
  readonly #models = new SavedTable(
    'Model',
    'No answer from the cache stood in for a call of a model in the last 30 days.',
  );
  readonly #recent: RecentRequests;
  readonly #matches: Matches;
  readonly #tally: HTMLElement;
  readonly #saved: HTMLElement;
  readonly #figures: HTMLElement;
  readonly #awaited: Awaited;
  readonly element: HTMLElement;

  constructor(state: PageState) {
    this.#recent = new RecentRequests(state);
    this.#matches = new Matches(state);
    this.#stored = new NumberLink('Show the stored answers', () =>
      state.look(entriesOf(state, fieldFilter('namespace', 'response'))),
    );
    this.#embedder.addEventListener('click', () => host.postMessage({ type: 'openSetting', id: EMBEDDINGS }));
    const similar = h('div', {}, this.#matching, this.#problemLine, this.#embedder);
    this.#tally = h(
      'dl',
      { class: 'tally' },
      ...this.#counts.map(({ element }) => element),
      h('div', { class: 'wide' }, h('dt', {}, 'Stored'), h('dd', {}, this.#stored.element)),
    );
    this.#saved = h('div', {}, h('h3', {}, 'Saved in the last 30 days'), this.#models.element);
    this.#figures = h(
      'div',
      { class: 'stacked' },
      h('p', { class: 'headline' }, this.#number, ' ', this.#of),
      this.#tally,
      h('div', { class: 'halves' }, h('div', {}, this.#doors.element, similar), this.#saved),
      this.#recent.element,
      this.#matches.element,
    );
    this.#awaited = new Awaited('Reading the model answers…', this.#off, this.#figures);
    this.element = section('answers', 'Model Answers', [], this.#awaited.element);
  }

  /** @param now the host's time, ms since the epoch */
  render(answers: AnswersData | undefined, now: number): void {
    this.#awaited.settle(answers !== undefined);
    if (!answers) return;
    const off = answers.proxy === 'off';
    setShown(this.#off, off);
    const history = hasHistory(answers);
    setShown(this.#figures, !off || history);
    for (const part of [this.#tally, this.#saved, this.#matches.element]) setShown(part, history);
    const { number, of } = rateOf(answers);
    setText(this.#number, number);
    setText(this.#of, of);
    for (const { count, value } of this.#counts) setText(value, count.text(answers));
    this.#stored.show(storedText(answers), 'Stored', answers.stored.entries > 0);
    this.#doors.render(answers.doors);
    setShown(this.#doors.element, answers.doors.length > 0);
    setText(this.#matching, matchingText(answers));
    const { problem, embedder } = answers.matching;
    setText(this.#embedder, embedder === undefined ? 'Set a model that embeds' : 'Change the model');
    setShown(this.#problemLine, problem !== undefined);
    setText(this.#problem, problem ?? '');
    this.#models.render(answers.models);
    this.#recent.render(answers.recent, now);
    this.#matches.render(answers.matches, now);
  }
}
