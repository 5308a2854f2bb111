/** Section "Activity": what changed the cache, newest first. */
import type { Activity, Snapshot } from '../../src/protocol.ts';
import { h, icon, setAttribute, setShown, setText, setTime } from '../dom.ts';
import { formatCount, formatRelative } from '../format.ts';
import { host } from '../host.ts';
import { KeyedList, type Row } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';
import { section } from './section.ts';

/** Lines in the section, and in the overview. */
const FIRST = 50;
const LATEST = 12;

const KINDS: Readonly<Record<Activity['kind'], { icon: string; name: string }>> = {
  save: { icon: 'save', name: 'Save' },
  change: { icon: 'edit', name: 'Change on disk' },
  invalidate: { icon: 'circle-slash', name: 'Invalidation' },
  clear: { icon: 'clear-all', name: 'Clear' },
  warm: { icon: 'flame', name: 'Warm-up' },
  import: { icon: 'cloud-download', name: 'Import' },
  pressure: { icon: 'pulse', name: 'Memory pressure' },
  problem: { icon: 'warning', name: 'Problem' },
};

export class ActivitySection {
  readonly #state: PageState;
  readonly #latest: boolean;
  readonly #items = h('ol', { class: 'activity-list' });
  readonly #list = new KeyedList<Activity>({
    parent: this.#items,
    keyOf: ({ id }) => String(id),
    create: (activity) => activityRow(activity, () => this.#now),
    refocus: (row) => row.querySelector<HTMLElement>('button:not([hidden])')?.focus({ preventScroll: true }),
  });
  readonly #empty = h(
    'p',
    { class: 'empty' },
    'Saves, changes on disk, invalidations and warm-ups appear here.',
  );
  readonly #more = h('button', { type: 'button', class: 'more' });
  readonly element: HTMLElement;

  #activity: readonly Activity[] = [];
  #now = 0;

  /** @param part the latest lines for the overview, which lead to all, or all */
  constructor(state: PageState, part: 'latest' | 'all') {
    this.#state = state;
    this.#latest = part === 'latest';
    const title = this.#latest ? 'Latest Activity' : 'Activity';
    this.element = section(`${part}-activity`, title, [], this.#items, this.#empty, this.#more);
    this.#more.addEventListener('click', () => {
      if (this.#latest) return state.look({ section: 'activity' });
      state.keep({ allActivity: !state.kept.allActivity });
      this.#update();
    });
  }

  render({ activity }: Snapshot, now: number): void {
    this.#activity = activity;
    this.#now = now;
    this.#update();
  }

  #update(): void {
    const { length } = this.#activity;
    const first = this.#latest ? LATEST : FIRST;
    const all = !this.#latest && this.#state.kept.allActivity;
    this.#list.render(all ? this.#activity : this.#activity.slice(0, first));
    setShown(this.#items, length > 0);
    setShown(this.#empty, length === 0);
    setShown(this.#more, length > first);
    setText(this.#more, all ? 'Show fewer' : `Show all ${formatCount(length)}`);
  }
}

function activityRow({ kind }: Activity, now: () => number): Row<Activity> {
  const text = h('span', { class: 'activity-text' });
  const time = h('time', { class: 'number' });
  const undo = h('button', { type: 'button', class: 'link activity-undo' }, 'Undo');
  const mark = icon(KINDS[kind].icon);
  mark.title = KINDS[kind].name;
  let id: string | undefined;
  undo.addEventListener('click', ({ detail }) => {
    // The second half of a double click may already be on another line.
    if (id !== undefined && detail < 2) host.postMessage({ type: 'undo', id });
  });
  return {
    element: h('li', { class: `activity-${kind}` }, mark, text, undo, time),
    update(activity) {
      id = activity.undo;
      setText(text, activity.text);
      setShown(undo, id !== undefined);
      setAttribute(undo, 'aria-label', `Undo: ${activity.text}`);
      setTime(time, activity.at, formatRelative(activity.at, now()));
    },
  };
}
