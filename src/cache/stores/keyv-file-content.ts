import { readFileSync, statSync } from 'node:fs';
import * as z from 'zod';
import { moveAside } from './aside.ts';
import type { FileRecord } from './keyv-file-record.ts';
import { type OnProblem, StoreError } from './store.ts';

/** Kept as `version` in the file, which `keyv-file` ignores. There are no migrations of a cache. */
const FORMAT = 1;

/** No string is longer, and the file is read as one: its characters at the most. */
const LONGEST = 500_000_000;

/** Text handed to the disk at once, in characters: the thread is free again between two pieces. */
const PIECE = 128 * 1024;

const contentSchema = z.object({
  cache: z.array(z.tuple([z.string(), z.object({ value: z.string(), expire: z.number().optional() })])),
  lastExpire: z.number(),
});

/** Any file of `keyv-file`, of whichever version of ours. */
const formatSchema = z.object({
  version: z.int().nonnegative().default(0),
  cache: z.custom<unknown[]>(Array.isArray),
});

/** The JSON of `keyv-file`. */
export type Content = z.infer<typeof contentSchema>;

/**
 * Reads the file; undefined when there is none. One that is not what `keyv-file` writes is moved
 * aside and reported, as the library would silently overwrite it. So is one of another version, if
 * it may be replaced; else this throws a StoreError. Throws the file system's errors.
 */
export function readContent(file: string, onProblem: OnProblem, mayReplace: boolean): Content | undefined {
  const aside = (reason: string, problem: StoreError) => {
    const target = moveAside(file, reason);
    const message = `${problem.message} It was moved to ${target}; the cache starts empty.`;
    onProblem(new StoreError(problem.code, message, { cause: problem.cause }));
    return undefined;
  };
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return undefined;
  if (size > LONGEST) return aside('too-large', tooLarge(file));
  const text = readFileSync(file, 'utf8');
  let version: number;
  try {
    const data: unknown = JSON.parse(text);
    version = formatSchema.parse(data).version;
    if (version === FORMAT) return contentSchema.parse(data);
  } catch (cause) {
    return aside('corrupt', new StoreError('corrupt', `The cache file ${file} is damaged.`, { cause }));
  }
  const other = `The cache file ${file} has format ${version}, not ${FORMAT}.`;
  // Replaced while we used it: two versions beside each other would replace each other's for ever.
  if (!mayReplace) throw new StoreError('failed', `${other} Another version is using it.`);
  return aside(`format-${version}`, new StoreError('failed', other));
}

/** Throws a StoreError when the records make a file that could not be read again. */
export function checkSize(file: string, records: readonly (readonly [name: string, FileRecord])[]): void {
  let size = 0;
  for (const [name, { value }] of records) size += name.length + value.length + 50;
  if (size > LONGEST) throw tooLarge(file);
}

function tooLarge(file: string): StoreError {
  return new StoreError(
    'full',
    `The cache file ${file} is too large for keyv-file: choose the store "sqlite".`,
  );
}

/** The text of the file in pieces, one record per line, so that neither thread nor string is too short for it. */
export async function* writtenContent(
  records: readonly (readonly [name: string, FileRecord])[],
  lastExpire: number,
): AsyncGenerator<string> {
  let piece = `{"version":${FORMAT},"lastExpire":${lastExpire},"cache":[`;
  for (const [index, record] of records.entries()) {
    piece += `${index > 0 ? ',' : ''}\n${JSON.stringify(record)}`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}\n]}\n`;
}

/** Names this state of the file; undefined when there is none. */
export function stateOf(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.ino}:${stat.size}:${stat.mtimeNs}`;
}
