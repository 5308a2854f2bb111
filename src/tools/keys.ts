import * as z from 'zod';
import { digest } from '../cache/digest.ts';
import { KeyError, makeKey, namespaceOf } from '../cache/key.ts';
import { canonicalJson } from '../cache/keys/canonical.ts';
import { segment } from '../cache/keys/segment.ts';

/** Longest key, characters: other instances have to hear of it by its name. */
const LONGEST = 480;

/** A key as it is. Percent-encoded where it is a part of a path. */
export const keySchema = z
  .string()
  .max(LONGEST, {
    error: `A key has ${LONGEST} characters at the most: name its "parts" instead, to be hashed.`,
  })
  .superRefine((key, context) => {
    try {
      makeKey(namespaceOf(key), 'any');
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });

/**
 * What a key is made of: a list, of which each part can be read in the key, or an object, which is
 * hashed; in which order its members are does not matter.
 */
export const partsSchema = z.union(
  [
    z
      .array(z.union([z.string().min(1), z.number(), z.boolean()]))
      .min(1)
      .max(50),
    z.record(z.string(), z.unknown()),
  ],
  { error: '"parts" is a list of texts, numbers and true or false, or an object.' },
);

/** Throws a KeyError for what makes none. */
export function keyOf(namespace: string, parts: z.infer<typeof partsSchema>): string {
  if (!Array.isArray(parts)) return makeKey(namespace, digest(canonicalJson(parts, 'parts')));
  return makeKey(namespace, ...parts.map((part) => segment('parts', String(part))));
}
