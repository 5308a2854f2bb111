/** Namespaces in which the part after the first colon names who computes. */
const OF_NAMED = new Set(['analysis', 'tool']);

/** What computes the value of a key: `analysis:outline`, `tool:web_search`; otherwise its namespace. */
export function producerOf(key: string): string {
  const end = key.indexOf(':');
  const namespace = key.slice(0, end);
  if (!OF_NAMED.has(namespace)) return namespace;
  const next = key.indexOf(':', end + 1);
  return next < 0 ? namespace : key.slice(0, next);
}
