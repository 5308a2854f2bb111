import { isDeepStrictEqual } from 'node:util';
import { parse, type TomlTable } from 'smol-toml';
import { ConnectionError } from './product.ts';

/**
 * The text of a TOML file with one table added, or replaced where it has a header of its own; every
 * other line stays as it is, comments included. Throws a {@link ConnectionError} where that does not
 * lead to the same file with just this table.
 */
export function mergeToml(text: string, parent: string, name: string, table: string): string {
  const before = read(text);
  const kept = withoutTable(text, `${parent}.${name}`).trimEnd();
  const merged = kept === '' ? table : `${kept}\n\n${table}`;
  const after = read(merged);
  if (!isDeepStrictEqual(without(before, parent, name), without(after, parent, name))) {
    throw new ConnectionError(
      `The file names ${parent}.${name} in a way that cannot be replaced: add the configuration by hand.`,
    );
  }
  return merged;
}

function read(text: string): TomlTable {
  try {
    return parse(text);
  } catch (error) {
    throw new ConnectionError(`The file cannot be read as TOML with it: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * Leaves out the lines from the table's header to the next one that is not of a table below it; the
 * comments just above that one are its own.
 */
function withoutTable(text: string, path: string): string {
  const kept: string[] = [];
  let inside = false;
  let comments: string[] = [];
  for (const line of text.split('\n')) {
    const header = /^\s*\[\[?\s*([^\]]+?)\s*\]/.exec(line)?.[1]?.replaceAll(/["'\s]/g, '');
    if (header !== undefined) {
      const was = inside;
      inside = header === path || header.startsWith(`${path}.`);
      if (was && !inside) kept.push(...comments);
    }
    comments = /^\s*(#|$)/.test(line) ? [...comments, line] : [];
    if (!inside) kept.push(line);
  }
  return kept.join('\n');
}

/** All that is not the table, nor a parent that holds nothing else. */
function without(file: TomlTable, parent: string, name: string): TomlTable {
  const { [parent]: servers, ...rest } = file;
  if (typeof servers !== 'object' || servers === null || Array.isArray(servers)) return { ...file };
  const { [name]: _, ...others } = servers as TomlTable;
  return Object.keys(others).length === 0 ? rest : { ...rest, [parent]: others };
}
