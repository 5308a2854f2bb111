import * as z from 'zod';
import { decode, encode, FormatError } from './codec.ts';
import { NO_INPUTS } from './guard.ts';

/** Variants kept per key unless its policy says otherwise: the newest ones. */
export const USUAL_VARIANTS = 4;
/** The most that a policy can say, and as many that are set aside. */
export const MOST_VARIANTS = 64;

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
  /** The invalidations that keep it out of reach until each of them is undone; absent when there is none. */
  readonly aside?: readonly string[];
}

/** Of heads; of what is in them, the codec has its own. */
const FORMAT = 2;
const versionSchema = z.object({ v: z.number() });

const headSchema = z.object({
  v: z.literal(FORMAT),
  variants: z.array(
    z.object({
      id: z.string(),
      stamp: z.unknown(),
      costMs: z.number(),
      createdAt: z.number(),
      expiresAt: z.number(),
      bytes: z.number(),
      sum: z.number(),
      aside: z.array(z.string()).min(1).optional(),
    }),
  ),
});

/** Newest first. */
export function encodeHead(variants: readonly Variant[]): Promise<Uint8Array> {
  return encode({ v: FORMAT, variants });
}

/** Throws CodecError or ZodError for what is no head, a FormatError for one of another version. */
export function decodeHead(bytes: Uint8Array): readonly Variant[] {
  const head = decode(bytes);
  const version = versionSchema.safeParse(head).data?.v;
  if (version !== undefined && version !== FORMAT) {
    throw new FormatError(`The record has format ${version}, expected ${FORMAT}.`);
  }
  return headSchema.parse(head).variants as readonly Variant[];
}

/** Those that can be served. */
export function inReach(variants: readonly Variant[]): readonly Variant[] {
  return variants.some(({ aside }) => aside) ? variants.filter(({ aside }) => !aside) : variants;
}

/**
 * Adds or replaces one variant; the oldest beyond the bound goes. What rests on no inputs holds
 * whatever the others say: it replaces them, and is replaced by them, those that are set aside too.
 * `alone`: no other may stay.
 */
export function withVariant(
  known: readonly Variant[],
  variant: Variant,
  alone: boolean,
  most = USUAL_VARIANTS,
): readonly Variant[] {
  const none = alone || variant.id === NO_INPUTS;
  const kept = known.filter(({ id }) => !none && id !== NO_INPUTS && id !== variant.id);
  return bounded([variant, ...kept], most);
}

/**
 * Adds variants of elsewhere in the order of their times; of one state the newer counts, at equal
 * times the known one. What is set aside gives way to them.
 */
export function withVariants(known: readonly Variant[], others: readonly Variant[]): readonly Variant[] {
  const most = Math.max(USUAL_VARIANTS, inReach(known).length);
  const merged = [...others.toReversed(), ...inReach(known).toReversed()]
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .reduce<readonly Variant[]>((head, variant) => withVariant(head, variant, false, most), []);
  const left = known.filter(
    ({ aside, id }) =>
      aside && !merged.some((one) => id === NO_INPUTS || one.id === NO_INPUTS || one.id === id),
  );
  return [...merged, ...left];
}

/** At most as many as are kept of a key, in and out of reach. */
export function bounded(variants: readonly Variant[], most = MOST_VARIANTS): readonly Variant[] {
  let reachable = 0;
  let aside = 0;
  return variants.filter((one) => (one.aside ? aside++ : reachable++) < most);
}
