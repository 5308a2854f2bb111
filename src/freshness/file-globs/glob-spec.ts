import * as z from 'zod';
import { GlobError } from '../glob.ts';
import { CompiledGlob } from './compiled-glob.ts';

/** Files by patterns over workspace paths; see {@link CompiledGlob} for their syntax. */
export interface GlobSpec {
  readonly include: readonly string[];
  /** Files and whole folders to leave out. */
  readonly exclude?: readonly string[];
  /** Whether `.gitignore` files and `.git/info/exclude` count; they do unless this is false. */
  readonly ignoreFiles?: boolean;
}

/** Longest pattern, characters, and most patterns of one list. */
const LONGEST = 1000;
const MOST_PATTERNS = 256;

const pattern = z
  .string('A pattern is a text, such as "src/**/*.ts".')
  .min(1, 'A pattern must not be empty.')
  .max(LONGEST, `A pattern has ${LONGEST} characters at the most.`);
const patterns = z
  .array(pattern, 'Patterns are a list of texts.')
  .max(MOST_PATTERNS, `A glob has ${MOST_PATTERNS} patterns at the most.`);
const shape = z.strictObject({
  include: patterns.min(1, 'A glob needs a pattern, such as "src/**/*.ts".'),
  exclude: patterns.optional(),
  ignoreFiles: z.boolean('"ignoreFiles" is true or false.').optional(),
});

/** Names of the specs that {@link specOf} made: they are frozen. */
const names = new WeakMap<GlobSpec, string>();

export function globSpec(given: string | readonly string[] | GlobSpec): GlobSpec {
  if (typeof given === 'string') return { include: [given] };
  return 'include' in given ? given : { include: given };
}

/**
 * The canonical form: equal for specs that differ only in the order or repetition of patterns or in
 * written-out defaults. Throws a {@link GlobError} for what has not the shape of a spec.
 */
export function globName(spec: GlobSpec): string {
  const known = names.get(spec);
  if (known !== undefined) return known;
  const parsed = shape.safeParse(spec);
  if (!parsed.success) throw new GlobError(parsed.error.issues[0]?.message ?? 'This is no glob.');
  const { include, exclude = [], ignoreFiles = true } = parsed.data;
  return JSON.stringify({
    include: canonical(include),
    ...(exclude.length > 0 && { exclude: canonical(exclude) }),
    ...(!ignoreFiles && { ignoreFiles }),
  });
}

/** Undefined for what is not the canonical form of a spec that this version understands. */
export function specOf(name: string): GlobSpec | undefined {
  try {
    const spec = shape.parse(JSON.parse(name)) as GlobSpec;
    if (globName(spec) !== name) return undefined;
    new CompiledGlob(spec);
    for (const part of [spec, spec.include, spec.exclude]) Object.freeze(part);
    names.set(spec, name);
    return spec;
  } catch {
    return undefined; // a record of another version, or a foreign one
  }
}

function canonical(list: readonly string[]): string[] {
  return [...new Set(list.map((one) => one.replace(/^(\.\/)+(?=.)/, '')))].sort();
}
