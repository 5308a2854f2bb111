/** Levels that get lines of their own: the members, and what is in them. */
const LEVELS = 2;

/** JSON text that people can read, with a line for each item; deeper ones do not make it much longer. */
export function readableJson(value: unknown): string {
  return `${text(value, '')}\n`;
}

function text(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null || indent.length >= 2 * LEVELS)
    return JSON.stringify(value);
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const lines = isList
    ? value.map((item) => inner + text(item, inner))
    : Object.entries(value).map(([name, item]) => `${inner}${JSON.stringify(name)}: ${text(item, inner)}`);
  if (lines.length === 0) return isList ? '[]' : '{}';
  const [open, close] = isList ? '[]' : '{}';
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}
