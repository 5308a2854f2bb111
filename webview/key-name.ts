/** A key as rows show it: what tells it from others stays visible when it is too long for its column. */
import { h } from './dom.ts';
import { withoutVersion } from './key-version.ts';

/** The end of a key that is not cut: its file name, if short. */
const TAIL = 16;
const MAX_FILE_NAME = 32;

export function keyName(key: string): HTMLElement {
  return h('span', { class: 'key-name', title: key }, ...keyParts(withoutVersion(key)));
}

/** Namespace, middle and end apart, so that the middle can be cut and the namespace stand back. */
function keyParts(key: string): HTMLElement[] {
  const colon = key.indexOf(':') + 1;
  const slash = key.lastIndexOf('/');
  const tail = slash >= 0 && key.length - slash <= MAX_FILE_NAME ? key.length - slash : TAIL;
  const cut = Math.max(colon, key.length - tail);
  const parts: HTMLElement[] = [];
  if (colon > 0) parts.push(h('span', { class: 'key-namespace' }, key.slice(0, colon)));
  if (cut > colon) parts.push(h('span', { class: 'key-head' }, key.slice(colon, cut)));
  parts.push(h('span', { class: 'key-tail' }, key.slice(cut)));
  return parts;
}
