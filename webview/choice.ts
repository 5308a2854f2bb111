/** One of a few choices, all of them in sight: radio buttons that look like VS Code's own. */
import { h } from './dom.ts';

interface ChoiceOption<T extends string> {
  readonly value: T;
  readonly text: string;
  readonly title: string;
}

export class Choice<T extends string> {
  readonly #inputs: ReadonlyMap<T, HTMLInputElement>;
  readonly element: HTMLElement;

  /** @param name of the radio buttons, which no other choice on the page may have */
  constructor(name: string, label: string, options: readonly ChoiceOption<T>[], choose: (value: T) => void) {
    const inputs = options.map(({ value }) => h('input', { type: 'radio', name, value }));
    this.#inputs = new Map(options.map(({ value }, index) => [value, inputs[index] as HTMLInputElement]));
    for (const [value, input] of this.#inputs) input.addEventListener('change', () => choose(value));
    const labels = options.map(({ value, text, title }) =>
      h('label', { title }, this.#inputs.get(value) ?? '', h('span', {}, text)),
    );
    this.element = h('div', { class: 'choice', role: 'radiogroup', 'aria-label': label }, ...labels);
  }

  show(chosen: T): void {
    for (const [value, input] of this.#inputs) {
      if (input.checked !== (value === chosen)) input.checked = value === chosen;
    }
  }
}
