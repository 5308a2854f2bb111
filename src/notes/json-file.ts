import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type * as z from 'zod';
import { digest } from '../cache/digest.ts';
import { misfit } from '../cache/misfit.ts';
import type { Seen } from '../freshness/dependency.ts';
import { isAbsent } from './durable.ts';

export interface JsonFile<T> {
  readonly value: T;
  readonly seen: Seen;
  /** Of its bytes. */
  readonly digest: string;
}

/** Says in one sentence why a file is not one of ours. */
export class ForeignFile extends Error {
  override readonly name = 'ForeignFile';
}

/**
 * The content of a file with the stat under which it was read; undefined when there is none. Rejects
 * with a {@link ForeignFile} for what is not as the schema says, and with the file system's errors.
 */
export async function readJson<T>(
  file: string,
  schema: z.ZodType<T>,
  mostBytes: number,
): Promise<JsonFile<T> | undefined> {
  const at = Date.now();
  // Without waiting for a writer, should it be a pipe.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((error) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (!handle) return undefined;
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new ForeignFile(`${file} is no file.`);
    if (stat.size > mostBytes) throw new ForeignFile(`${file} is larger than anything that is stored there.`);
    const { mtimeMs, ctimeMs, size, ino } = stat;
    const bytes = await handle.readFile();
    const value = parse(bytes.toString('utf8'), schema, file);
    return { value, seen: { mtimeMs, ctimeMs, size, ino, at }, digest: digest(bytes) };
  } finally {
    await handle.close();
  }
}

function parse<T>(text: string, schema: z.ZodType<T>, file: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ForeignFile(`${file} is not JSON.`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ForeignFile(`${file} is not as it was written: ${misfit(parsed.error)}`);
}
