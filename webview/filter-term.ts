/** A term of the filter language for entries, `tag:language/typescript`; quoted where it has to be. */
export function filterTerm(name: string, value: string): string {
  return /^[^\s"\\()]+$/.test(value) ? `${name}:${value}` : `${name}:"${value.replace(/["\\]/g, '\\$&')}"`;
}
