/** What a section shows before the host has sent what it is about, and while it asks for something else. */
import { h, setAttribute, setShown } from '../dom.ts';
import { progressRing } from '../ui/toolkit.ts';

export class Awaited {
  readonly #body: HTMLElement;
  readonly #waiting: HTMLElement;
  readonly element: HTMLElement;

  /** @param text what is being waited for: `Reading the misses…` */
  constructor(text: string, ...body: Node[]) {
    this.#body = h('div', { class: 'awaited-body' }, ...body);
    this.#waiting = h('div', { class: 'awaited', role: 'status' }, progressRing(), text);
    this.element = h('div', {}, this.#waiting, this.#body);
    setShown(this.#body, false);
  }

  /**
   * What was shown stays until there is something new.
   * @param there whether data came
   * @param asked whether it is what the page asks for now
   */
  settle(there: boolean, asked = true): void {
    if (there) {
      setShown(this.#waiting, false);
      setShown(this.#body, true);
    }
    setAttribute(this.#body, 'aria-busy', there && asked ? undefined : 'true');
  }
}
