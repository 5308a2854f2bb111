import { h } from '../dom.ts';

/** A titled part of the page: its heading with room for tools at the right, and its body. */
export function section(name: string, title: string, tools: readonly Node[], ...body: Node[]): HTMLElement {
  const id = `${name}-title`;
  return h(
    'section',
    { class: `section ${name}`, 'aria-labelledby': id },
    h('header', { class: 'section-header' }, h('h2', { id }, title), h('div', { class: 'tools' }, ...tools)),
    ...body,
  );
}
