/** A part of an entry in full, made anew only when what it shows is another. */
import { h, setShown } from '../dom.ts';

export class Block<T> {
  readonly #body = h('div');
  readonly #make: (data: T) => readonly Node[];
  readonly element: HTMLElement;
  #shown: string | undefined;

  /** @param make what stands under the title; nothing hides the block */
  constructor(title: string, make: (data: T) => readonly Node[]) {
    this.#make = make;
    this.element = h('section', { class: 'block' }, h('h3', {}, title), this.#body);
  }

  render(data: T): void {
    const shown = JSON.stringify(data);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const focused = document.activeElement;
    const name = this.#body.contains(focused) ? focused?.textContent : undefined;
    const nodes = this.#make(data);
    this.#body.replaceChildren(...nodes);
    setShown(this.element, nodes.length > 0);
    if (name === undefined) return;
    const buttons = [...this.#body.querySelectorAll('button')];
    (buttons.find((button) => button.textContent === name) ?? buttons[0])?.focus({ preventScroll: true });
  }
}
