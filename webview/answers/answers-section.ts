/** Section "Model Answers": requests to models that came through the proxy, and what the cache gave them. */
import type { AnswersData } from '../../src/protocol/answers.ts';
import { h, setShown, setText } from '../dom.ts';
import { entriesOf } from '../entries-link.ts';
import { fieldFilter } from '../field-filter.ts';
import { NumberLink } from '../number-link.ts';
import type { PageState } from '../page-state.ts';
import { SavedTable } from '../savings/saved-table.ts';
import { Awaited } from '../sections/awaited.ts';
import { section } from '../sections/section.ts';
import { switchedOff } from '../sections/switched-off.ts';
import { COUNTS, hasHistory, rateOf, storedText } from './counts.ts';
import { Doors } from './doors.ts';
import { Matches } from './matches.ts';
import { RecentRequests } from './recent-requests.ts';

const SETTING = 'agentCache.proxy.enabled';

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
    this.#tally = h(
      'dl',
      { class: 'tally' },
      ...this.#counts.map(({ element }) => element),
      h('div', { class: 'wide' }, h('dt', {}, 'Stored'), h('dd', {}, this.#stored.element)),
    );
    this.#saved = h('div', {}, h('div', {}, h('h3', {}, 'Saved in the last 30 days'), this.#models.element));
    this.#figures = h(
      'div',
      { class: 'stacked' },
      h('p', { class: 'headline' }, this.#number, ' ', this.#of),
      this.#tally,
      h('div', { class: 'halves' }, this.#doors.element, this.#saved),
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
    for (const part of [this.#tally, this.#saved]) setShown(part, history);
    const { number, of } = rateOf(answers);
    setText(this.#number, number);
    setText(this.#of, of);
    for (const { count, value } of this.#counts) setText(value, count.text(answers));
    this.#stored.show(storedText(answers), 'Stored', answers.stored.entries > 0);
    this.#doors.render(answers);
    this.#models.render(answers.models);
    this.#recent.render(answers.recent, answers.doors.length > 0, now);
    this.#matches.render(answers, now);
  }
}
