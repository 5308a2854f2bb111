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

export function printTable(figures: readonly Figure[]): void {
  const rows = figures.map(({ name, value, unit, reference, ratio, budget, ok }) => [
    name,
    `${value} ${unit}`,
    reference === undefined ? '' : `${ratio} × ${reference}`,
    budget ?? '',
    ok === undefined ? '' : ok ? 'ok' : 'MISSED',
  ]);
  const all = [['what', 'figure', 'ratio', 'budget', ''], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  for (const row of all)
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

export function writeJson(file: string, figures: readonly Figure[]): void {
  writeFileSync(file, `${JSON.stringify(figures, undefined, 2)}\n`);
}

/** Three significant digits. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}
