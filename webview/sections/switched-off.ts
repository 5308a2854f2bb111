/** What a part of the product that is off says of itself: what it is, what it does, and where to switch it on. */
import { h } from '../dom.ts';
import { host } from '../host.ts';
import { button } from '../ui/toolkit.ts';

/** @param sentences a paragraph each */
export function switchedOff(sentences: readonly string[], setting: string): HTMLElement {
  return h(
    'div',
    { class: 'switched-off' },
    ...sentences.map((sentence) => h('p', { class: 'prose' }, sentence)),
    button('Open Setting', 'primary', () => host.postMessage({ type: 'openSetting', id: setting })),
    h('p', { class: 'quiet' }, h('code', {}, setting)),
  );
}
