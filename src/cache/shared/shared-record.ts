import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { MOST_VARIANTS, type Variant } from '../head.ts';
import type { Begun } from './shared-generations.ts';

/** A variant with what decides whether it was invalidated. */
export interface SharedVariant extends Variant, Begun {}

/**
 * What the server has of a key. The value of the newest variant is here, so that a hit is one read;
 * the others have records of their own.
 */
export interface SharedRecord {
  /** Newest first. */
  readonly variants: readonly SharedVariant[];
  readonly newest: Uint8Array;
}

/**
 * Bytes of a record: format version (1), CRC-32 of the head (4, big endian), length of the head (4),
 * the head as JSON, never compressed, and the newest value, of which the head has the CRC-32.
 */
const FORMAT = 1;
const HEADER = 9;
/** Longest head, bytes: beyond it parsing would hold the thread. */
const LONGEST_HEAD = 256 * 1024;

const headSchema = z.object({
  key: z.string(),
  variants: z
    .array(
      z.object({
        id: z.string().max(200),
        stamp: z.unknown(),
        costMs: z.number().nonnegative(),
        createdAt: z.number().nonnegative(),
        expiresAt: z.number().nonnegative(),
        bytes: z.int().nonnegative(),
        sum: z.int().nonnegative(),
        names: z.array(z.string()).max(10_000),
        started: z.int().nonnegative(),
        line: z.string(),
      }),
    )
    .max(MOST_VARIANTS),
});

/** A record that is torn, foreign or of another format version. */
class RecordError extends Error {
  override readonly name = 'RecordError';
}

/** Undefined when the head would be too long. */
export function encodeRecord(key: string, { variants, newest }: SharedRecord): Uint8Array | undefined {
  const head = Buffer.from(JSON.stringify({ key, variants }));
  if (head.length > LONGEST_HEAD) return undefined;
  const bytes = Buffer.allocUnsafe(HEADER + head.length + newest.length);
  bytes[0] = FORMAT;
  bytes.writeUInt32BE(crc32(head), 1);
  bytes.writeUInt32BE(head.length, 5);
  head.copy(bytes, HEADER);
  bytes.set(newest, HEADER + head.length);
  return bytes;
}

/** Throws {@link RecordError}. The value is not checked: that is done when it is asked for. */
export function decodeRecord(key: string, bytes: Uint8Array): SharedRecord {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < HEADER) throw new RecordError('it is cut off');
  if (view[0] !== FORMAT) throw new RecordError(`it has format ${view[0]}, expected ${FORMAT}`);
  const length = view.readUInt32BE(5);
  if (length > LONGEST_HEAD || HEADER + length > view.length) throw new RecordError('it is cut off');
  const head = view.subarray(HEADER, HEADER + length);
  if (crc32(head) !== view.readUInt32BE(1)) throw new RecordError('it does not match its checksum');
  let json: unknown;
  try {
    json = JSON.parse(head.toString());
  } catch {
    throw new RecordError('its head is no JSON');
  }
  const parsed = headSchema.safeParse(json);
  if (!parsed.success) throw new RecordError('its head is not what it should be');
  if (parsed.data.key !== key) throw new RecordError('it belongs to another key');
  return { variants: parsed.data.variants, newest: view.subarray(HEADER + length) };
}
