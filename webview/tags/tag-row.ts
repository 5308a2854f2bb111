/** One row of the tag tree. */
import { h, iconButton, setAttribute, setLabel, setText } from '../dom.ts';
import { formatBytes, formatCount, formatEntries } from '../format.ts';
import { host } from '../host.ts';
import type { Row } from '../keyed-list.ts';
import { MORE_SIBLINGS, type TagRow } from './flatten.ts';

/** @param showEntries shows the entries under a tag */
export function tagRow(first: TagRow, showEntries: (tag: string) => void): Row<TagRow> {
  return first.kind === 'tag' ? nodeRow(first.node.tag, showEntries) : moreRow();
}

function nodeRow(tag: string, showEntries: (tag: string) => void): Row<TagRow> {
  const twistie = h('span', { 'aria-hidden': 'true' });
  const label = h('span', { class: 'tag-label', title: tag });
  const entries = h('button', { type: 'button', class: 'number-link number entries', tabindex: '-1' });
  entries.addEventListener('click', (event) => {
    event.stopPropagation();
    showEntries(tag);
  });
  const bytes = h('span', { class: 'number bytes' });
  const invalidate = iconButton('circle-slash', '', { tabindex: '-1' });
  invalidate.addEventListener('click', (event) => {
    event.stopPropagation();
    // The second half of a double click may already be on another row.
    if (event.detail < 2) host.postMessage({ type: 'invalidateTag', tag });
  });
  const element = rowElement(twistie, label, entries, bytes, invalidate);
  return {
    element,
    update(row) {
      if (row.kind !== 'tag') return;
      const { node, expanded } = row;
      setLevel(element, row.level);
      setAttribute(element, 'aria-posinset', String(row.position));
      setAttribute(element, 'aria-setsize', String(row.siblings));
      setAttribute(element, 'aria-expanded', expanded === undefined ? undefined : String(expanded));
      setAttribute(element, 'aria-busy', row.loading ? 'true' : undefined);
      setAttribute(twistie, 'class', twistieClass(row));
      const size = formatBytes(node.bytes);
      setAttribute(element, 'aria-label', `${node.label}, ${formatEntries(node.entries)}, ${size}`);
      setText(label, node.label);
      setText(entries, formatCount(node.entries));
      setLabel(entries, `Show ${formatEntries(node.entries)} under ${tag}`);
      setText(bytes, size);
      setLabel(invalidate, `Invalidate ${tag} (${formatEntries(node.entries)})`);
    },
  };
}

function moreRow(): Row<TagRow> {
  const label = h('span', { class: 'tag-label' });
  const element = rowElement(h('span'), label);
  element.classList.add('more-row');
  return {
    element,
    update(row) {
      if (row.kind !== 'more') return;
      setLevel(element, row.level);
      const next = Math.min(row.hidden, MORE_SIBLINGS);
      const rest = row.hidden > next ? ` of ${formatCount(row.hidden)}` : '';
      setText(label, `Show ${formatCount(next)}${rest} more…`);
    },
  };
}

function twistieClass({ expanded, loading }: TagRow & { kind: 'tag' }): string {
  if (expanded === undefined) return '';
  if (loading) return 'codicon codicon-loading codicon-modifier-spin';
  return `codicon codicon-chevron-${expanded ? 'down' : 'right'}`;
}

function rowElement(...children: Node[]): HTMLElement {
  return h('div', { role: 'treeitem', class: 'tag-row', tabindex: '-1' }, ...children);
}

function setLevel(element: HTMLElement, level: number): void {
  if (element.ariaLevel === String(level)) return;
  element.ariaLevel = String(level);
  element.style.setProperty('--level', String(level));
}
