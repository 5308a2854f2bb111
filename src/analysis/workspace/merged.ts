import { Slices } from '../../cache/slices.ts';

/** Steps between two looks at the clock. */
const STRIDE = 256;

type Row<T> = readonly [string, T];

/** Lists that are in order of their paths, as one; gives the thread back in between. */
export async function merged<T>(lists: readonly (readonly Row<T>[])[]): Promise<readonly Row<T>[]> {
  const slices = new Slices();
  let open = lists.filter((list) => list.length > 0);
  while (open.length > 1) {
    const next: (readonly Row<T>[])[] = [];
    for (let i = 0; i < open.length; i += 2) {
      const [a, b] = [open[i] ?? [], open[i + 1]];
      next.push(b ? await both(a, b, slices) : a);
    }
    open = next;
  }
  return open[0] ?? [];
}

async function both<T>(a: readonly Row<T>[], b: readonly Row<T>[], slices: Slices): Promise<Row<T>[]> {
  const all: Row<T>[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [left, right] = [a[i], b[j]];
    if (left && (!right || left[0] <= right[0])) {
      all.push(left);
      i++;
    } else if (right) {
      all.push(right);
      j++;
    }
    if (all.length % STRIDE === 0 && slices.due) await slices.pause();
  }
  return all;
}
