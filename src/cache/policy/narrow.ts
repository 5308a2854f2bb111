import * as z from 'zod';
import type { Policy } from './policy.ts';
import { fits, levelsField, ttlField } from './schema.ts';

const aTag = { error: fits('a tag of 1 to 256 characters') };
const someTags = { error: fits('a list of 64 tags at the most') };

/** What one request may ask for; for the strict object of a request's body. */
export const requestFields = {
  /** `off`: compute, look nothing up and keep nothing. */
  cache: z.literal('off', { error: fits('"off", or nothing') }).optional(),
  /** At the most; the policy's own lifetime counts when it is shorter. */
  ttl: ttlField.optional(),
  /** Of the policy's levels. */
  levels: levelsField.optional(),
  tags: z.array(z.string(aTag).min(1, aTag).max(256, aTag), someTags).max(64, someTags).optional(),
};

const requestSchema = z.strictObject(requestFields, { error: fits('an object') });

export type RequestInput = z.input<typeof requestSchema>;

/** Says, one sentence after the other, which fields of a request do not fit and what would. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

/**
 * The policy for one request, which can only ask for less: no cache, a shorter lifetime, fewer
 * levels. Throws {@link RequestError} for whatever else it asks.
 */
export function narrow(
  policy: Policy,
  request: RequestInput,
): { readonly policy: Policy; readonly tags: readonly string[] } {
  const parsed = requestSchema.safeParse(request);
  if (!parsed.success) throw new RequestError(parsed.error.issues.map(sentence).join(' '));
  const { cache, ttl = 0, levels, tags = [] } = parsed.data;
  let narrowed = policy;
  if (cache === 'off') narrowed = { ...narrowed, enabled: false };
  if (ttl > 0 && (policy.ttlMs === 0 || ttl < policy.ttlMs)) narrowed = { ...narrowed, ttlMs: ttl };
  if (levels && levels.length < policy.levels.length) narrowed = onLevels(narrowed, levels);
  const others = levels?.filter((level) => !policy.levels.includes(level)) ?? [];
  if (others.length > 0) {
    throw new RequestError(
      `levels: The namespace is not kept on ${others.join(', ')}. Fits: ${policy.levels.join(', ')}.`,
    );
  }
  return { policy: narrowed, tags: [...new Set(tags)] };
}

function onLevels({ memory, ...policy }: Policy, levels: Policy['levels']): Policy {
  const inMemory = levels.includes('memory');
  const write = inMemory && levels.length > 1 ? policy.write : 'through';
  return { ...policy, ...(inMemory && memory && { memory }), levels, write };
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    return `${issue.keys.join(', ')}: There is no such field. There are: ${Object.keys(requestFields).join(', ')}.`;
  }
  const path = issue.path.map((at, index) => (index > 0 ? `[${String(at)}]` : String(at))).join('');
  return `${path || 'request'}: ${issue.message}`;
}
