import { readFileSync, statSync } from 'node:fs';
import * as z from 'zod';
import { moveAside } from './aside.ts';
import { type OnProblem, StoreError } from './store.ts';

const contentSchema = z.object({
  cache: z.array(z.tuple([z.string(), z.object({ value: z.string(), expire: z.number().optional() })])),
  lastExpire: z.number(),
});

/** The JSON of `keyv-file`. */
export type Content = z.infer<typeof contentSchema>;

/**
 * Reads the file; undefined when there is none. One that is not what `keyv-file` writes is moved
 * aside and reported, as the library would silently overwrite it. Throws the file system's errors.
 */
export function readContent(file: string, onProblem: OnProblem): Content | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return contentSchema.parse(JSON.parse(text));
  } catch (cause) {
    const target = moveAside(file, 'corrupt');
    const message = `The cache file ${file} is damaged. It was moved to ${target}; the cache starts empty.`;
    onProblem(new StoreError('corrupt', message, { cause }));
    return undefined;
  }
}

/** Names this state of the file; undefined when there is none. */
export function stateOf(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.ino}:${stat.size}:${stat.mtimeNs}`;
}
