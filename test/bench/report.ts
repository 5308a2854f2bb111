import { writeFileSync } from 'node:fs';

/** One line of the result; `ratio` is value ÷ the reference's value in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly reference?: string;
  readonly ratio?: number;
  /** Absent for figures that are only shown. */
  readonly budget?: string;
  readonly ok?: boolean;
  /** Its place in the comparison of libraries, if it has one. */
  readonly compares?: { readonly library: string; readonly column: string };
}

export interface Budget {
  readonly text: string;
  readonly holds: (value: number, ratio: number) => boolean;
}

export function figure(
  name: string,
  value: number,
  unit: string,
  reference?: { readonly name: string; readonly value: number },
  budget?: Budget,
): Figure {
  const ratio = reference && value / reference.value;
  return {
    name,
    value: round(value),
    unit,
    ...(reference && ratio !== undefined && { reference: reference.name, ratio: round(ratio) }),
    ...(budget && { budget: budget.text, ok: budget.holds(value, ratio ?? Number.NaN) }),
  };
}

/** The same, shown in the comparison of libraries too. */
export function compared(figure: Figure, library: string, column: string): Figure {
  return { ...figure, compares: { library, column } };
}

/** Where and how it was measured. */
export interface Circumstances {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly rounds: number;
  /** Names and versions of what ours is compared with. */
  readonly libraries: readonly string[];
}

export function printTable(figures: readonly Figure[]): void {
  for (const line of aligned([HEADINGS, ...figures.map(cells)])) console.log(line.join('  ').trimEnd());
}

export function writeJson(file: string, circumstances: Circumstances, figures: readonly Figure[]): void {
  writeFileSync(file, `${JSON.stringify({ ...circumstances, figures }, undefined, 2)}\n`);
}

export function said({ node, cpu, cores, rounds }: Circumstances): string {
  return `Node ${node}, ${cores} cores of ${cpu}, medians of ${rounds} interleaved rounds`;
}

/** Markdown: the figures that have a budget, and the comparison of libraries. */
export function markdown(circumstances: Circumstances, figures: readonly Figure[]): string {
  const judged = figures.filter(({ budget }) => budget !== undefined);
  return [
    `${said(circumstances)}. M/CPU-s is millions of operations per second of CPU time.`,
    markdownTable([HEADINGS, ...judged.map(cells)]),
    `Beside ${circumstances.libraries.join(', ')}:`,
    markdownTable(comparison(figures)),
  ].join('\n\n');
}

const HEADINGS = ['what', 'figure', 'ratio', 'budget', ''];

function cells({ name, value, unit, reference, ratio, budget, ok }: Figure): string[] {
  return [
    name,
    `${value} ${unit}`.trimEnd(),
    reference === undefined ? '' : `${ratio} × ${reference}`,
    budget ?? '',
    ok === undefined ? '' : ok ? 'ok' : 'MISSED',
  ];
}

/** A row a library, a column a measure, in the order in which they come. */
function comparison(figures: readonly Figure[]): string[][] {
  const columns = new Set<string>();
  const libraries = new Map<string, Map<string, number>>();
  for (const { compares, value } of figures) {
    if (!compares) continue;
    columns.add(compares.column);
    const row = libraries.get(compares.library) ?? new Map<string, number>();
    libraries.set(compares.library, row.set(compares.column, value));
  }
  return [
    ['', ...columns],
    ...[...libraries].map(([library, row]) => [
      library,
      ...[...columns].map((column) => `${row.get(column) ?? '–'}`),
    ]),
  ];
}

function markdownTable(rows: readonly (readonly string[])[]): string {
  const [headings = [], ...body] = aligned(rows);
  const rule = headings.map((cell) => '-'.repeat(cell.length));
  return [headings, rule, ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Cells padded to the width of their column. */
function aligned(rows: readonly (readonly string[])[]): string[][] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
}

/** Three significant digits. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}
