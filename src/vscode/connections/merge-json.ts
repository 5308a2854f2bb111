import { ConnectionError } from './product.ts';

/**
 * The text of a JSON file with one server added or replaced below `member`; all else stays, in its
 * order and with its indentation. Throws a {@link ConnectionError} for a file with comments, or one
 * that is not made like that.
 */
export function mergeJson(text: string, member: string, name: string, server: object): string {
  const file = text.trim() === '' ? {} : parse(text);
  if (!isObject(file))
    throw new ConnectionError('The file holds no JSON object: add the configuration by hand.');
  const servers = file[member] ?? {};
  if (!isObject(servers))
    throw new ConnectionError(`"${member}" is no object in the file: add the configuration by hand.`);
  const merged = { ...file, [member]: { ...servers, [name]: server } };
  const indent = /^[{[]\r?\n([ \t]+)"/.exec(text.trimStart())?.[1] ?? '  ';
  return `${JSON.stringify(merged, undefined, indent)}\n`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new ConnectionError(
      'The file is not plain JSON, perhaps because it has comments, which writing would lose: add the configuration by hand.',
      { cause: error },
    );
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
