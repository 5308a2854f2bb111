/** Where the nodes of the dependency graph stand, and the lines between them. */

/** Pixels that a node takes from the next one. */
export const NODE_STEP = 28;

/** Middles of `count` nodes below each other, in a column of that height, pixels from its top. */
export function middles(count: number, height: number): number[] {
  const top = (height - count * NODE_STEP) / 2;
  return Array.from({ length: count }, (_, index) => top + (index + 0.5) * NODE_STEP);
}

/** Height of a graph whose fuller side has so many nodes. */
export function graphHeight(left: number, right: number): number {
  return Math.max(1, left, right) * NODE_STEP;
}

/** A line from the left at one height to the right at another, as the `d` of a path. */
export function lineBetween(from: number, to: number, width: number): string {
  const half = width / 2;
  return `M0 ${from}C${half} ${from} ${half} ${to} ${width} ${to}`;
}
