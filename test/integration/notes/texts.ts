/** A text of a few thousand characters of which every part says whose it is. */
export function textOf(name: string, version: number): string {
  return `${name}-${version} `.repeat(400);
}

/** Whose it is; undefined when it is torn or mixed. */
export function writerOf(text: string): { readonly name: string; readonly version: number } | undefined {
  const [, name, version] = /^(\w+)-(\d+) /.exec(text) ?? [];
  if (name === undefined || text !== textOf(name, Number(version))) return undefined;
  return { name, version: Number(version) };
}
