/** A number that leads to what it counts. */
import { h, setAttribute, setText } from './dom.ts';

export class NumberLink {
  readonly element: HTMLButtonElement;

  /** @param title where it leads */
  constructor(title: string, follow: () => void) {
    this.element = h('button', { type: 'button', class: 'number-link number', title });
    this.element.addEventListener('click', follow);
  }

  /** @param name what the number is of, for those who do not see it beside its name */
  show(text: string, name: string, leads = true): void {
    setText(this.element, text);
    setAttribute(this.element, 'aria-label', `${name}: ${text}`);
    setAttribute(this.element, 'disabled', leads ? undefined : '');
  }
}
