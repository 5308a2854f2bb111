/**
 * Waits until `condition` gives something other than false, null or undefined, and returns it.
 * @throws when `what` has not come within `timeout` ms; the last error of `condition` is its cause
 */
export async function until<T>(
  what: string,
  condition: () => Promise<T | false | null | undefined>,
  timeout = 30_000,
): Promise<T> {
  const end = Date.now() + timeout;
  let cause: unknown;
  for (;;) {
    try {
      const found = await condition();
      if (found !== false && found !== null && found !== undefined) return found;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > end) throw new Error(`waited ${timeout} ms in vain: ${what}`, { cause });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
