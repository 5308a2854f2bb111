/** What the page itself keeps: how the person looks at the snapshots. Survives a reload of the window. */
import { HOT_SORTS, type HotSort, RANGES, type Range, type View } from '../src/protocol.ts';
import { host } from './host.ts';

/** Enough for a person; keeps the stored state small. */
const MAX_EXPANDED = 500;

interface Kept {
  readonly view: View;
  readonly scrollY: number;
  readonly chartAsTable: boolean;
  readonly allHotKeys: boolean;
  readonly allActivity: boolean;
}

export class PageState {
  #kept: Kept = restore(host.getState());

  get kept(): Kept {
    return this.#kept;
  }

  get view(): View {
    return this.#kept.view;
  }

  /** Changes what the page wants to see and tells the host. */
  look(change: Partial<View>): void {
    const view = { ...this.#kept.view, ...change };
    this.keep({ view: { ...view, expandedTags: view.expandedTags.slice(-MAX_EXPANDED) } });
    host.postMessage({ type: 'view', view: this.view });
  }

  keep(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change };
    host.setState(this.#kept);
  }
}

/** Reads a stored state; anything that an older version stored differently falls back to its default. */
function restore(stored: unknown): Kept {
  const kept = fields(stored);
  const view = fields(kept.view);
  const tags = Array.isArray(view.expandedTags) ? view.expandedTags : [];
  return {
    view: {
      range: oneOf<Range>(RANGES, view.range, '5m'),
      hotSort: oneOf<HotSort>(HOT_SORTS, view.hotSort, 'hits'),
      expandedTags: tags.filter((tag) => typeof tag === 'string').slice(-MAX_EXPANDED),
    },
    scrollY: typeof kept.scrollY === 'number' ? kept.scrollY : 0,
    chartAsTable: kept.chartAsTable === true,
    allHotKeys: kept.allHotKeys === true,
    allActivity: kept.allActivity === true,
  };
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function oneOf<T extends string>(choices: readonly T[], value: unknown, otherwise: T): T {
  return choices.find((choice) => choice === value) ?? otherwise;
}
