/** A context menu, after the WAI-ARIA menu pattern; looks like VS Code's own. */
import { h } from '../dom.ts';
import { placeMenu } from './place.ts';

export interface MenuItem {
  readonly label: string;
  /** As VS Code writes shortcuts: `Enter`, `Delete`. */
  readonly keys?: string;
  /** Whether a line stands before it. */
  readonly apart?: boolean;
  run(): void;
}

interface MenuOptions {
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** In pixels of the window. */
  readonly at: { readonly x: number; readonly y: number };
  /** Gets the focus back. */
  readonly owner: HTMLElement;
}

/** Opens a menu; it closes when something is chosen, by Escape, and when anything else is touched. */
export function openMenu({ label, items, at, owner }: MenuOptions): void {
  const menu = h('div', { role: 'menu', class: 'menu', 'aria-label': label });
  const closing = new AbortController();
  const { signal } = closing;
  const close = (): void => {
    closing.abort();
    const held = menu.contains(document.activeElement);
    menu.remove();
    if (held) owner.focus({ preventScroll: true });
  };
  const buttons = items.map((item) => {
    const button = h('button', { type: 'button', role: 'menuitem', tabindex: '-1' }, item.label);
    if (item.keys) button.append(h('span', { class: 'menu-keys', 'aria-hidden': 'true' }, item.keys));
    button.addEventListener('click', () => {
      close();
      item.run();
    });
    button.addEventListener('pointermove', () => button.focus({ preventScroll: true }));
    if (item.apart) menu.append(h('div', { role: 'separator', class: 'menu-line' }));
    menu.append(button);
    return button;
  });

  menu.addEventListener('keydown', (event) => {
    const index = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const target = targetOf(event.key, index, buttons);
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (!target) return;
    target?.focus();
    event.preventDefault();
    event.stopPropagation();
  });
  menu.addEventListener('contextmenu', (event) => event.preventDefault());
  const outside = ({ target }: Event): void => {
    if (!(target instanceof Node) || !menu.contains(target)) close();
  };
  window.addEventListener('pointerdown', outside, { capture: true, signal });
  window.addEventListener('scroll', outside, { capture: true, signal });
  window.addEventListener('blur', close, { signal });
  window.addEventListener('resize', close, { signal });

  (owner.closest('main') ?? document.body).append(menu);
  const { width, height } = menu.getBoundingClientRect();
  const { x, y } = placeMenu(at, { width, height }, { width: innerWidth, height: innerHeight });
  menu.style.left = `${x}px`;
  menu.style.top = `${y}px`;
  buttons[0]?.focus({ preventScroll: true });
}

function targetOf(key: string, index: number, buttons: readonly HTMLElement[]): HTMLElement | undefined {
  const last = buttons.length - 1;
  switch (key) {
    case 'ArrowDown':
      return buttons[index === last ? 0 : index + 1];
    case 'ArrowUp':
      return buttons[index <= 0 ? last : index - 1];
    case 'Home':
      return buttons[0];
    case 'End':
      return buttons[last];
    default: {
      if (key.length !== 1) return undefined;
      const around = [...buttons.slice(index + 1), ...buttons.slice(0, index + 1)];
      return around.find((button) => button.textContent?.toLowerCase().startsWith(key.toLowerCase()));
    }
  }
}
