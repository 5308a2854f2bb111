export const whole = new Intl.NumberFormat('en-US');

/** `1 entry`, `2,000 entries`. */
export function countOfEntries(count: number): string {
  return `${whole.format(count)} ${count === 1 ? 'entry' : 'entries'}`;
}
