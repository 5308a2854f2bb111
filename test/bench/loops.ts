/** A plain get takes no second argument. */
type Read = (key: string, compute: () => Promise<object>) => unknown;

/**
 * The loops that are timed. Import them anew for each contender, with {@link freshLoops}: a loop that
 * calls several contenders' functions is compiled for all of them and suits none.
 */
export function readAll(
  keys: readonly string[],
  operations: number,
  get: Read,
  compute: () => Promise<object>,
): number {
  let found = 0;
  for (let i = 0, at = 0; i < operations; i++, at = at + 1 < keys.length ? at + 1 : 0)
    if (get(keys[at] as string, compute) !== undefined) found++;
  return found;
}

export async function readAllAwaited(
  keys: readonly string[],
  operations: number,
  get: Read,
  compute: () => Promise<object>,
): Promise<number> {
  let found = 0;
  for (let i = 0, at = 0; i < operations; i++, at = at + 1 < keys.length ? at + 1 : 0)
    if ((await get(keys[at] as string, compute)) !== undefined) found++;
  return found;
}

/** The number of values is a power of two. */
export function writeAll(
  keys: readonly string[],
  values: readonly object[],
  operations: number,
  set: (key: string, value: object) => unknown,
): void {
  for (let i = 0, at = 0; i < operations; i++, at = at + 1 < keys.length ? at + 1 : 0)
    set(keys[at] as string, values[i & (values.length - 1)] as object);
}

export async function writeAllAwaited(
  keys: readonly string[],
  values: readonly object[],
  operations: number,
  set: (key: string, value: object) => unknown,
): Promise<void> {
  for (let i = 0, at = 0; i < operations; i++, at = at + 1 < keys.length ? at + 1 : 0)
    await set(keys[at] as string, values[i & (values.length - 1)] as object);
}

let copies = 0;

/** A copy of this module that nobody has run yet. */
export async function freshLoops(): Promise<typeof import('./loops.ts')> {
  const url = new URL(import.meta.url);
  url.searchParams.set('copy', `${++copies}`);
  return import(url.href);
}
