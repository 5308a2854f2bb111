import * as z from 'zod';
import type { ComputeContext, FileId } from '../context.ts';
import { exactlyOne, type OneOf } from '../exactly-one.ts';

/** An input that is not as it was declared, in one sentence. */
export class DeclarationError extends Error {
  override readonly name = 'DeclarationError';
}

/** Inputs declared at once. */
const MOST = 10_000;
/** Looked at side by side. */
const AT_ONCE = 16;

const path = z.string().min(1).max(4096);
const name = z.string().min(1).max(500);

const fields = {
  /** The content of a workspace file. */
  file: path,
  /** That there is nothing at a path. */
  absent: path,
  /** The names in a folder. */
  folder: z.string().max(4096),
  /** Which files match, not their content. */
  glob: z.union([path, z.array(path).min(1).max(100)]),
  /** A variable of the environment of the cache, not of the client. */
  env: name,
  setting: name,
  topic: name,
  /** The value of another entry, by its key. */
  entry: path,
};

const shape = `Each is a workspace path, or an object with exactly one of ${Object.keys(fields).join(', ')}.`;
const declared = z.union([path, exactlyOne(fields, shape)], { error: shape });

/** What a value from outside rests on, as its author says; a text is the path of a file. */
export const declarationsSchema = z
  .array(declared)
  .max(MOST, { error: `A value may rest on ${MOST} declared inputs at the most.` });

export type Declared = string | OneOf<typeof fields>;

/**
 * Asks a context for everything that is declared, so that it becomes the dependencies of a value.
 * Rejects with a DeclarationError for what is not there, and with what the context throws.
 */
export async function declare(context: ComputeContext, all: readonly Declared[]): Promise<void> {
  for (let from = 0; from < all.length; from += AT_ONCE) {
    await Promise.all(all.slice(from, from + AT_ONCE).map((one) => ask(context, one)));
  }
}

async function ask(context: ComputeContext, one: Declared): Promise<void> {
  if (typeof one === 'string') return file(context, one);
  if ('file' in one) return file(context, one.file);
  if ('absent' in one) {
    context.confine(one.absent);
    if (context.kind(one.absent) === undefined) return;
    throw new DeclarationError(`${one.absent} is there, though it was declared absent.`);
  }
  if ('folder' in one) {
    if (await context.list(one.folder)) return;
    context.confine(one.folder);
    throw new DeclarationError(`There is no folder ${one.folder}: to rest on that, say {"absent": …}.`);
  }
  if ('entry' in one) {
    const missing = new DeclarationError(`There is no entry ${one.entry} that could be served.`);
    return context.entry(one.entry, () => Promise.reject(missing));
  }
  if ('glob' in one) await context.glob(one.glob);
  else if ('env' in one) context.env(one.env);
  else if ('setting' in one) context.setting(one.setting);
  else context.topic(one.topic);
}

async function file(context: ComputeContext, path: FileId): Promise<void> {
  if (await context.readFile(path)) return;
  context.confine(path);
  throw new DeclarationError(`There is no file ${path}: to rest on that, say {"absent": …}.`);
}
