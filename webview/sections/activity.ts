/** Section "Activity": what changed the cache, newest first. */
import type { Activity, Snapshot } from '../../src/protocol.ts';
import { h, icon, setShown, setText, setTime } from '../dom.ts';
import { formatCount, formatRelative } from '../format.ts';
import { KeyedList, type Row } from '../keyed-list.ts';
import type { PageState } from '../page-state.ts';
import { section } from './section.ts';

const FIRST = 15;

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
  readonly #items = h('ol', { class: 'activity-list' });
  readonly #list = new KeyedList<Activity>({
    parent: this.#items,
    keyOf: ({ id }) => String(id),
    create: (activity) => activityRow(activity, () => this.#now),
  });
  readonly #empty = h(
    'p',
    { class: 'empty' },
    'Saves, changes on disk, invalidations and warm-ups appear here.',
  );
  readonly #more = h('button', { type: 'button', class: 'more' });
  readonly element = section('activity', 'Activity', [], this.#items, this.#empty, this.#more);

  #activity: readonly Activity[] = [];
  #now = 0;

  constructor(state: PageState) {
    this.#state = state;
    this.#more.addEventListener('click', () => {
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
    const all = this.#state.kept.allActivity;
    this.#list.render(all ? this.#activity : this.#activity.slice(0, FIRST));
    setShown(this.#items, length > 0);
    setShown(this.#empty, length === 0);
    setShown(this.#more, length > FIRST);
    setText(this.#more, all ? 'Show fewer' : `Show all ${formatCount(length)}`);
  }
}

function activityRow({ kind }: Activity, now: () => number): Row<Activity> {
  const text = h('span', { class: 'activity-text' });
  const time = h('time', { class: 'number' });
  const mark = icon(KINDS[kind].icon);
  mark.title = KINDS[kind].name;
  return {
    element: h('li', { class: `activity-${kind}` }, mark, text, time),
    update(activity) {
      setText(text, activity.text);
      setTime(time, activity.at, formatRelative(activity.at, now()));
    },
  };
}
