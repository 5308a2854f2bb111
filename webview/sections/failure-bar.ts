/** The message bar for a request that the host could not serve; stays until it is dismissed. */
import { h, icon, iconButton, setShown, setText } from '../dom.ts';

export class FailureBar {
  readonly #text = h('span', { role: 'alert' });
  readonly #dismiss = iconButton('close', 'Dismiss');
  readonly element = h('div', { class: 'failure' }, icon('error'), this.#text, this.#dismiss);

  constructor() {
    setShown(this.element, false);
    this.#dismiss.addEventListener('click', () => setShown(this.element, false));
  }

  show(message: string): void {
    setShown(this.element, true);
    setText(this.#text, message);
  }
}
