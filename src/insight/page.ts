/** Rows of one page. */
const MOST_ROWS = 500;

/** Which of so many rows a page has, whatever was asked for. */
export function within(
  asked: { readonly from: number; readonly count: number },
  total: number,
): { readonly from: number; readonly to: number } {
  const from = clamp(asked.from, total);
  return { from, to: from + clamp(asked.count, Math.min(MOST_ROWS, total - from)) };
}

function clamp(asked: number, most: number): number {
  return asked > 0 ? Math.min(Math.floor(asked), most) : 0;
}
