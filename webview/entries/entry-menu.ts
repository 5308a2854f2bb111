/** What can be done with the entries that are selected. */
import type { EntryRow } from '../../src/protocol/entries.ts';
import { formatCount } from '../format.ts';
import { host } from '../host.ts';
import type { MenuItem } from '../menu/menu.ts';

const COPY_KEYS = navigator.platform.startsWith('Mac') ? '⌘C' : 'Ctrl+C';

/** @param row the one entry, or the one the keyboard is at among several */
export function entryMenu(
  keys: readonly string[],
  row: EntryRow | undefined,
  { open, invalidate }: { open(key: string): void; invalidate(keys: readonly string[]): void },
): MenuItem[] {
  const items: MenuItem[] = [];
  const several = keys.length > 1 ? ` ${formatCount(keys.length)}` : '';
  if (row) items.push({ label: 'Show Details', keys: 'Enter', run: () => open(row.key) });
  const file = row?.file;
  if (file !== undefined)
    items.push({ label: 'Open File', run: () => host.postMessage({ type: 'openFile', file }) });
  items.push({
    label: several ? `Copy${several} Keys` : 'Copy Key',
    keys: COPY_KEYS,
    run: () => copyKeys(keys),
  });
  items.push({
    label: several ? `Invalidate${several} Entries` : 'Invalidate',
    keys: 'Delete',
    apart: true,
    run: () => invalidate(keys),
  });
  return items;
}

export function copyKeys(keys: readonly string[]): void {
  if (keys.length > 0) host.postMessage({ type: 'copy', text: keys.join('\n') });
}
