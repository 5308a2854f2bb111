/** The items in another order, the same one for the same seed. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const order = [...items];
  let state = seed >>> 0;
  for (let left = order.length; left > 1; left--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const at = Math.floor((state / 2 ** 32) * left);
    [order[left - 1], order[at]] = [order[at] as T, order[left - 1] as T];
  }
  return order;
}
