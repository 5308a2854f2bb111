/** What figures are given; data only, so that whoever makes them needs no page. */

/** Fills that tell series apart without colour; `empty` has an outline only. */
export type Pattern = 'solid' | 'hatch' | 'dots' | 'rows' | 'backhatch' | 'grid' | 'columns' | 'empty';

/** VS Code's chart colours without orange, which is a see-through highlight that does not stand out. */
export type Hue = 'red' | 'yellow' | 'green' | 'blue' | 'purple' | 'foreground' | 'quiet';

export interface FigureRow {
  readonly key: string;
  /** The first names the row. */
  readonly cells: readonly string[];
}

export interface FigureData<D> {
  readonly data: D;
  /** The chart in one sentence, for whoever does not see it. */
  readonly label: string;
  /** Why there is nothing to draw. */
  readonly empty?: string;
  readonly columns: readonly string[];
  readonly rows: readonly FigureRow[];
}

export interface BarLabel {
  /** Which bar, and what stands below it. */
  readonly index: number;
  readonly text: string;
}

export interface Bars {
  /** One for each stack: which time it stands for. */
  readonly titles: readonly string[];
  readonly labels: { readonly narrow: readonly BarLabel[]; readonly wide: readonly BarLabel[] };
  /** From the bottom of the stacks to their top. */
  readonly series: readonly {
    readonly label: string;
    readonly hue: Hue;
    readonly pattern: Pattern;
    readonly values: readonly number[];
  }[];
}
