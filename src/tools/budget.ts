/** Characters of JSON that make about one token. */
const PER_TOKEN = 4;

export interface Fitted<T> {
  readonly items: readonly T[];
  readonly truncated?: { readonly shown: number; readonly of: number };
}

/** The first items that fit into so many tokens, measured by their JSON. */
export function within<T>(all: readonly T[], maxTokens: number): Fitted<T> {
  let left = maxTokens * PER_TOKEN;
  let shown = 0;
  for (const item of all) {
    left -= JSON.stringify(item).length + 1;
    if (left < 0) break;
    shown++;
  }
  if (shown === all.length) return { items: all };
  return { items: all.slice(0, shown), truncated: { shown, of: all.length } };
}
