/** Starts warming the workspace; while that runs, the same button cancels it and shows how far it is. */
import type { WarmState } from '../../src/protocol.ts';
import { h, setAttribute, setShown, setText } from '../dom.ts';
import { formatCount } from '../format.ts';
import { host } from '../host.ts';
import { button } from '../ui/toolkit.ts';

const LABELS: Readonly<Record<WarmState['state'], string>> = {
  idle: 'Warm Workspace',
  running: 'Cancel Warming',
  paused: 'Resume and Warm',
};

export class WarmControl {
  #running = false;
  readonly #button = button('Warm Workspace', 'secondary', () => {
    host.postMessage({ type: this.#running ? 'cancelWarm' : 'warm' });
  });
  readonly #bar = h('div', { class: 'progress-bar' });
  readonly #progress = h(
    'div',
    { class: 'progress', role: 'progressbar', 'aria-label': 'Warming the workspace' },
    this.#bar,
  );
  readonly #text = h('span', { class: 'number' });
  readonly #status = h('div', { class: 'warm-status' }, this.#text, this.#progress);
  readonly element = h('div', { class: 'warm' }, this.#button, this.#status);

  constructor() {
    this.#button.title = 'Compute the analyses of all files now, before anyone asks';
  }

  focus(): void {
    this.#button.focus();
  }

  render(warm: WarmState): void {
    this.#running = warm.state === 'running';
    const begun = warm.state !== 'idle' && warm.total > 0;
    setText(this.#button, LABELS[warm.state]);
    setShown(this.#status, warm.state === 'running' || begun);
    setShown(this.#progress, warm.state === 'running');
    if (warm.state === 'idle') return;
    const { done, total } = warm;
    const progress = `${formatCount(done)} of ${formatCount(total)}`;
    setText(this.#text, warm.state === 'paused' ? `Paused at ${progress}` : progress);
    setAttribute(this.#progress, 'aria-valuemax', String(total));
    setAttribute(this.#progress, 'aria-valuenow', String(done));
    const scale = `${total > 0 ? Math.min(1, done / total) : 0} 1`;
    if (this.#bar.style.scale !== scale) this.#bar.style.scale = scale;
  }
}
