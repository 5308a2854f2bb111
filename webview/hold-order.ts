/**
 * Orders `next` as `shown` as far as both have the same keys, new ones last: rows do not move
 * away under a pointer that is about to press a button.
 */
export function holdOrder<T>(shown: readonly string[], next: readonly T[], keyOf: (item: T) => string): T[] {
  const place = new Map(shown.map((key, index) => [key, index]));
  const rank = (item: T): number => place.get(keyOf(item)) ?? shown.length;
  return [...next].sort((a, b) => rank(a) - rank(b));
}
