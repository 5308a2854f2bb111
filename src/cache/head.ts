import * as z from 'zod';
import { decode, encode } from './codec.ts';

/** One stored result of a key, for one state of its dependencies. The value has a record of its own. */
export interface Variant {
  readonly id: string;
  /** What the guard dumped. */
  readonly stamp: unknown;
  readonly costMs: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Size of the value's record, bytes. */
  readonly bytes: number;
  /** CRC-32 of the value's record: a value of another write is not served under this head. */
  readonly sum: number;
}

const headSchema = z.object({
  v: z.literal(1),
  variants: z.array(
    z.object({
      id: z.string(),
      stamp: z.unknown(),
      costMs: z.number(),
      createdAt: z.number(),
      expiresAt: z.number(),
      bytes: z.number(),
      sum: z.number(),
    }),
  ),
});

/** Newest first. */
export function encodeHead(variants: readonly Variant[]): Promise<Uint8Array> {
  return encode({ v: 1, variants });
}

/** Throws CodecError or ZodError for what is not a head of this version. */
export function decodeHead(bytes: Uint8Array): readonly Variant[] {
  return headSchema.parse(decode(bytes)).variants as readonly Variant[];
}
