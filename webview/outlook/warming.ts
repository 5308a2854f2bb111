/** Section "Warming": what was computed ahead, and when it is next; not there while there is nothing to tell. */
import type { Outlook, RunCause, WarmingOutlook, WarmRunRow } from '../../src/protocol/outlook.ts';
import { h, setShown, setText, setTime } from '../dom.ts';
import { formatCount, formatDuration, formatRelative, formatUntil } from '../format.ts';
import { host } from '../host.ts';
import { section } from '../sections/section.ts';

const WHY: Readonly<Record<RunCause, string>> = {
  startup: 'at startup',
  schedule: 'on schedule',
  idle: 'when idle',
  asked: 'when asked',
};

export class WarmingSection {
  readonly #at = h('time');
  readonly #outcome = h('span');
  readonly #reason = h('p', { class: 'quiet' });
  readonly #last = fact('Last run', h('dd', {}, this.#at, ' ', this.#outcome, this.#reason));
  readonly #next = h('time');
  readonly #schedule = settingLink('agentCache.warm.schedule');
  readonly #scheduled = h('span', {}, this.#next, ' ', this.#schedule);
  readonly #idle = h('span');
  readonly #when = fact('Next', h('dd', {}, this.#scheduled, this.#idle));
  readonly #refreshed = h('dd', { title: 'Computed anew ahead of the next ask, one at a time' });
  readonly #ahead = fact('Refreshed', this.#refreshed);
  readonly #strategy = settingLink('agentCache.warm.strategy');
  readonly element: HTMLElement;

  constructor() {
    const facts = h(
      'dl',
      { class: 'ahead-facts' },
      this.#last,
      this.#when,
      this.#ahead,
      fact('Strategy', h('dd', {}, this.#strategy)),
    );
    this.element = section('warming', 'Warming', [], facts);
  }

  /** @param now the host's time, ms since the epoch */
  render({ warming }: Outlook, now: number): void {
    const { last, schedule, next, whenIdle, refreshed, waiting, strategy } = warming;
    const ahead = refreshText(refreshed, waiting);
    setShown(this.element, last !== undefined || schedule !== undefined || whenIdle || ahead !== '');
    setShown(this.#last, last !== undefined);
    if (last) this.#renderLast(last, now);
    setShown(this.#when, schedule !== undefined || whenIdle);
    setShown(this.#scheduled, next !== undefined);
    if (next !== undefined) setTime(this.#next, next, formatUntil(next, now));
    setText(this.#schedule, schedule ?? '');
    setShown(this.#idle, whenIdle);
    setText(this.#idle, next === undefined ? 'when idle' : ', or when idle');
    setShown(this.#ahead, ahead !== '');
    setText(this.#refreshed, ahead);
    setText(this.#strategy, strategy);
  }

  #renderLast(last: WarmRunRow, now: number): void {
    setTime(this.#at, last.at, formatRelative(last.at, now));
    setText(this.#outcome, outcomeText(last));
    const [first] = last.reasons;
    setShown(this.#reason, first !== undefined);
    const more = last.failed > 1 ? ` (and ${formatCount(last.failed - 1)} more)` : '';
    setText(this.#reason, `${first ?? ''}${more}`);
  }
}

function outcomeText({ cause, cancelled, computed, fresh, failed, ms }: WarmRunRow): string {
  const counts = [`${formatCount(computed)} computed`, `${formatCount(fresh)} already fresh`];
  if (failed > 0) counts.push(`${formatCount(failed)} failed`);
  const what = `${WHY[cause]}${cancelled ? ', cancelled' : ''}: ${counts.join(', ')}`;
  return `${what}, in ${formatDuration(ms)}`;
}

/** Empty when nothing was refreshed. */
function refreshText({ change, expiry }: WarmingOutlook['refreshed'], waiting: number): string {
  const parts: string[] = [];
  if (change.computed > 0) parts.push(`${formatCount(change.computed)} after changes`);
  if (expiry.computed > 0) parts.push(`${formatCount(expiry.computed)} before they expired`);
  const failed = change.failed + expiry.failed;
  if (failed > 0) parts.push(`${formatCount(failed)} failed`);
  if (waiting > 0) parts.push(`${formatCount(waiting)} waiting`);
  return parts.join(', ');
}

/** The value of a setting, which it opens. */
function settingLink(id: string): HTMLButtonElement {
  const link = h('button', { type: 'button', class: 'link', title: `Open the setting ${id}` });
  link.addEventListener('click', () => host.postMessage({ type: 'openSetting', id }));
  return link;
}

function fact(name: string, value: HTMLElement): HTMLElement {
  return h('div', {}, h('dt', {}, name), value);
}
