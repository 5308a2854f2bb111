/** The latest misses, each with its reason and a way to the entry. */
import type { MissReasonName, RecentMiss } from '../../src/protocol/misses.ts';
import { h, setShown, setText, setTime } from '../dom.ts';
import { keyLink } from '../entries-link.ts';
import { formatCount, formatRelative } from '../format.ts';
import { withoutVersions } from '../key-version.ts';
import { KeyedList, type Row } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';
import { REASONS } from './reasons.ts';

const FIRST = 25;

export class RecentMisses {
  readonly #items = h('ol', { class: 'recent-misses', 'aria-label': 'Recent misses' });
  readonly #empty = h('p', { class: 'empty' });
  readonly #more = h('button', { type: 'button', class: 'more' });
  readonly #list: KeyedList<RecentMiss & { readonly id: string }>;
  readonly element = h('div', {}, this.#items, this.#empty, this.#more);

  #now = 0;
  #all = false;
  #shown: readonly RecentMiss[] = [];

  constructor(state: PageState) {
    this.#list = new KeyedList({
      parent: this.#items,
      keyOf: ({ id }) => id,
      create: (miss) => missRow(miss, state, () => this.#now),
    });
    this.#more.addEventListener('click', () => {
      this.#all = !this.#all;
      this.#update();
    });
  }

  render(recent: readonly RecentMiss[], reason: MissReasonName | undefined, now: number): void {
    this.#now = now;
    this.#shown = reason ? recent.filter((miss) => miss.reason === reason) : recent;
    const none = `Of the latest misses, none has the reason “${reason ? REASONS[reason].name : ''}”.`;
    setText(this.#empty, reason && recent.length > 0 ? none : 'No misses yet.');
    this.#update();
  }

  #update(): void {
    const { length } = this.#shown;
    const misses = withIds(this.#shown);
    this.#list.render(this.#all ? misses : misses.slice(0, FIRST));
    setShown(this.#items, length > 0);
    setShown(this.#empty, length === 0);
    setShown(this.#more, length > FIRST);
    setText(this.#more, this.#all ? 'Show fewer' : `Show all ${formatCount(length)}`);
  }
}

/** A key can miss twice in one millisecond; counted from the oldest, the names stay when newer ones come. */
function withIds(misses: readonly RecentMiss[]): (RecentMiss & { readonly id: string })[] {
  const seen = new Map<string, number>();
  return misses
    .toReversed()
    .map((miss) => {
      const name = `${miss.at} ${miss.reason} ${miss.key}`;
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return { ...miss, id: `${name} ${count}` };
    })
    .reverse();
}

function missRow(
  { key, reason, detail, at }: RecentMiss,
  state: PageState,
  now: () => number,
): Row<RecentMiss> {
  const time = h('time', { class: 'number quiet' });
  const why = h('p', {}, h('span', { class: 'miss-reason' }, REASONS[reason].name));
  if (detail) why.append(h('span', { class: 'quiet' }, `: ${withoutVersions(detail)}`));
  return {
    element: h('li', {}, h('div', {}, keyLink(key, state), why), time),
    update: () => setTime(time, at, formatRelative(at, now())),
  };
}
