import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { PROVIDERS, type Usage } from '../usage.ts';

const count = z.number().nonnegative().optional();

const usage = z.object({
  model: z.string(),
  provider: z.enum(PROVIDERS),
  input: count,
  output: count,
  cacheRead: count,
  cacheWrite5m: count,
  cacheWrite1h: count,
  reasoning: count,
});

const schema = z.object({
  headers: z.record(z.string(), z.string()),
  body: z.instanceof(Uint8Array),
  /** CRC-32 of the body. */
  sum: z.number(),
  /** For each piece, one after the other: where it begins, bytes, and ms since the request. */
  pieces: z.array(z.number()),
  at: z.number(),
  ms: z.number(),
  model: z.string(),
  usage: usage.optional(),
  /** See `Question`; absent for answers that are found by their key alone. */
  fingerprint: z.string().optional(),
});

/** An answer as it is kept: the bytes that the provider sent, and when. */
export type StoredAnswer = Omit<z.infer<typeof schema>, 'usage' | 'fingerprint'> & {
  readonly usage?: Usage;
  readonly fingerprint?: string;
};

export function sumOf(body: Uint8Array): number {
  return crc32(body);
}

/** Undefined for what is none, and for one of which something was taken out, such as a secret. */
export function storedAnswer(value: unknown): StoredAnswer | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success && sumOf(parsed.data.body) === parsed.data.sum
    ? (parsed.data as StoredAnswer)
    : undefined;
}
