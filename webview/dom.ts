/**
 * Small DOM helpers. Setters compare before they write: a snapshot that says nothing new touches
 * nothing, so selection, hover and focus survive it and the page costs nothing while idle.
 */
import { formatExact } from './format.ts';

type Attributes = Readonly<Record<string, string>>;

/** Creates an element with attributes and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A codicon; decoration only, so give its surroundings a name. */
export function icon(name: string): HTMLSpanElement {
  return h('span', { class: `codicon codicon-${name}`, 'aria-hidden': 'true' });
}

/** An icon button as in VS Code's own toolbars; `label` is its name and hover. */
export function iconButton(name: string, label: string, attributes: Attributes = {}): HTMLButtonElement {
  return h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': label, title: label, ...attributes },
    icon(name),
  );
}

/** Sets the text of an element that holds nothing but text. */
export function setText(element: Element, text: string): void {
  const only = element.firstChild;
  if (only instanceof Text && only === element.lastChild) {
    if (only.data !== text) only.data = text;
  } else if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Sets an attribute; `undefined` removes it. */
export function setAttribute(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/** Shows or hides an element. */
export function setShown(element: HTMLElement, shown: boolean): void {
  if (element.hidden === shown) element.hidden = !shown;
}

/** Sets the name and the hover of a control, which are always the same words here. */
export function setLabel(element: Element, label: string): void {
  setAttribute(element, 'aria-label', label);
  setAttribute(element, 'title', label);
}

/** Sets a `<time>`: `text` to read, the exact time on hover. `at` is milliseconds since the epoch. */
export function setTime(element: HTMLTimeElement, at: number, text: string): void {
  setText(element, text);
  const iso = new Date(at).toISOString();
  if (element.dateTime !== iso) {
    element.dateTime = iso;
    element.title = formatExact(at);
  }
}
