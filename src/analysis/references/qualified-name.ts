const SEPARATOR = /::|->|[.#]/;

/** `Cache.get` as the name and what it is in, outermost first. A name that only begins with a separator is itself. */
interface QualifiedName {
  readonly name: string;
  readonly within: readonly string[];
}

export function qualifiedName(text: string): QualifiedName {
  const parts = text.split(SEPARATOR);
  const name = parts.pop() ?? '';
  return name === '' || parts.includes('') ? { name: text, within: [] } : { name, within: parts };
}

/** Whether a symbol within these (`Cache.Inner`), is what the qualified name says. */
export function isWithin({ within }: QualifiedName, around = ''): boolean {
  if (within.length === 0) return true;
  const parts = around.split('.');
  return within.every((part, i) => parts[parts.length - within.length + i] === part);
}
