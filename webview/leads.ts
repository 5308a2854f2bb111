/** Where numbers and names on the page lead. */

import type { EntriesQuery } from '../src/protocol/entries.ts';
import type { View } from '../src/protocol.ts';

/** The list of entries, from its top: filtered, sorted, or both, and otherwise as it is. */
export function toEntries(
  view: View,
  change: Partial<Pick<EntriesQuery, 'filter' | 'sort' | 'descending'>>,
): Partial<View> {
  return { section: 'entries', entries: { ...view.entries, ...change, from: 0 } };
}
