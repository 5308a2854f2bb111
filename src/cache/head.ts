import * as z from 'zod';
import { decode, encode } from './codec.ts';
import { NO_INPUTS } from './guard.ts';

/** Variants kept per key: the newest ones. */
const MOST_VARIANTS = 4;

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

/**
 * Adds or replaces one variant; the oldest beyond the bound goes. What rests on no inputs holds
 * whatever the others say: it replaces them, and is replaced by them. `alone`: no other may stay.
 */
export function withVariant(known: readonly Variant[], variant: Variant, alone: boolean): readonly Variant[] {
  const none = alone || variant.id === NO_INPUTS;
  const kept = known.filter(({ id }) => !none && id !== NO_INPUTS && id !== variant.id);
  return [variant, ...kept.slice(0, MOST_VARIANTS - 1)];
}

/** Adds variants of elsewhere in the order of their times; of one state the newer counts, at equal times the known one. */
export function withVariants(known: readonly Variant[], others: readonly Variant[]): readonly Variant[] {
  return [...others.toReversed(), ...known.toReversed()]
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .reduce<readonly Variant[]>((head, variant) => withVariant(head, variant, false), []);
}
