/** Leads from a number to the entries that it counts. */
import type { View } from '../src/protocol.ts';
import { h } from './dom.ts';
import { withoutVersion } from './key-version.ts';
import type { PageState } from './page-state.ts';

/** The section "entries" with this filter, from its first row, sorted as the person last chose. */
export function entriesOf({ view }: PageState, filter: string): Partial<View> {
  return { section: 'entries', entries: { ...view.entries, filter, from: 0 } };
}

/** A key that leads to its entry in full. */
export function keyLink(key: string, state: PageState): HTMLElement {
  const link = h(
    'button',
    { type: 'button', class: 'link-button key-link', title: `Show ${key}` },
    withoutVersion(key),
  );
  link.addEventListener('click', () => state.look({ section: 'entries', entry: key }));
  return link;
}
