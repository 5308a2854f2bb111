/** What a key does in the grid of entries, after the WAI-ARIA grid pattern and VS Code's own lists. */

export type GridAction =
  | { readonly do: 'move'; readonly to: number; readonly extend: boolean }
  | { readonly do: 'open' | 'toggle' | 'all' | 'clear' | 'invalidate' | 'copy' | 'menu' };

export interface GridPlace {
  readonly active: number;
  readonly rows: number;
  /** Rows that a page key moves by. */
  readonly page: number;
}

interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  /** Ctrl, or Cmd on a Mac. */
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

export function gridAction(event: Key, { active, rows, page }: GridPlace): GridAction | undefined {
  const { key, shiftKey: extend, altKey } = event;
  const command = event.ctrlKey || event.metaKey;
  if (altKey || rows === 0) return undefined;
  const steps: Record<string, number> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: rows - 1,
  };
  const to = steps[key];
  if (to !== undefined) return { do: 'move', to: Math.min(rows - 1, Math.max(0, to)), extend };
  if (command) {
    const letter = key.toLowerCase();
    return letter === 'a' ? { do: 'all' } : letter === 'c' ? { do: 'copy' } : undefined;
  }
  switch (key) {
    case 'Enter':
      return { do: 'open' };
    case ' ':
      return { do: 'toggle' };
    case 'Escape':
      return { do: 'clear' };
    case 'Delete':
      return { do: 'invalidate' };
    case 'ContextMenu':
      return { do: 'menu' };
    case 'F10':
      return extend ? { do: 'menu' } : undefined;
    default:
      return undefined;
  }
}
