export const whole = new Intl.NumberFormat('en-US');

/** `1 entry`, `2,000 entries`. */
export function countOfEntries(count: number): string {
  return `${whole.format(count)} ${count === 1 ? 'entry' : 'entries'}`;
}

/** What a change did. Without a path it was another input: an entry, a list of names, a topic, a setting. */
export function changeText(paths: readonly string[], invalid: number): string {
  const [path] = paths;
  const what =
    path === undefined ? 'An input' : paths.length === 1 ? path : `${whole.format(paths.length)} files`;
  return `${what} changed: ${countOfEntries(invalid)} invalid`;
}
