/** What the page itself keeps: how the person looks at the snapshots. Survives a reload of the window. */
import type { Section, View } from '../src/protocol.ts';
import { host } from './host.ts';
import { type Kept, MAX_EXPANDED, restore } from './kept.ts';

/** Steps that "back" can take, at the most. */
const MOST_STEPS = 50;

/** Where the person is: a section, or one entry in full. */
export type Place = Pick<View, 'section' | 'entry'>;

export class PageState {
  #kept: Kept = restore(host.getState());
  readonly #listeners = new Set<(before: View) => void>();
  /** The places that led to the entry that is shown in full, the last one at the end. */
  #trail: Place[] = [];
  #tag: string | undefined;

  get kept(): Kept {
    return this.#kept;
  }

  get view(): View {
    return this.#kept.view;
  }

  /** Where {@link back} leads; the list of entries when nothing else led here. */
  get former(): Place {
    return this.#trail.at(-1) ?? { section: 'entries' };
  }

  /** Called after every change of what the page wants to see. */
  onLook(listener: (before: View) => void): void {
    this.#listeners.add(listener);
  }

  /**
   * Changes what the page wants to see and tells the host. A change that names a section, or which
   * entries, leads away from an entry in full unless it names one.
   */
  look(change: Partial<View>): void {
    const before = this.view;
    const leaves = !('entry' in change) && (change.section ?? change.entries) !== undefined;
    const next = { ...before, ...change, ...(leaves && { entry: undefined }) };
    if (next.entry === undefined) this.#trail = [];
    else if (next.entry !== before.entry || before.section !== 'entries') this.#step(before);
    this.#go(before, next);
  }

  /** Shows a tag among the tags. */
  lookAtTag(tag: string): void {
    this.#tag = tag;
    const above = [...tag.matchAll(/[/:]/g)]
      .map(({ index }) => tag.slice(0, index))
      .filter((one) => one !== '');
    const expanded = this.view.expandedTags.filter((one) => !above.includes(one));
    this.look({ section: 'tags', expandedTags: [...expanded, ...above] });
  }

  /** The tag to be shown, told once. */
  takeTag(isThere: (tag: string) => boolean): string | undefined {
    const tag = this.#tag;
    if (tag === undefined || !isThere(tag)) return undefined;
    this.#tag = undefined;
    return tag;
  }

  /** More or other rows of the same list: the person is where they were. */
  page(change: Pick<View, 'entries'> | Pick<View, 'files'>): void {
    this.#go(this.view, { ...this.view, ...change });
  }

  /** To where the entry in full was opened from. */
  back(): void {
    const { section, entry } = this.former;
    this.#trail.pop();
    this.#go(this.view, { ...this.view, section, entry });
  }

  keep(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change };
    host.setState(this.#kept);
  }

  /** Pixels from the top, of the section as it was left. */
  scrolled(section: Section, top: number): void {
    if (this.#kept.scroll[section] === top) return;
    this.keep({ scroll: { ...this.#kept.scroll, [section]: top } });
  }

  #step({ section, entry }: Place): void {
    this.#trail = [...this.#trail, { section, entry }].slice(-MOST_STEPS);
  }

  #go(before: View, view: View): void {
    this.keep({ view: { ...view, expandedTags: view.expandedTags.slice(-MAX_EXPANDED) } });
    host.postMessage({ type: 'view', view: this.view });
    for (const listener of this.#listeners) listener(before);
  }
}
