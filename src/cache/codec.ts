import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import * as zlib from 'node:zlib';

/**
 * Bytes of a stored value: format version (1 byte), encoding (1), CRC-32 of the payload seeded with
 * the encoding (4, big endian), payload. JSON where it is faithful, `v8` for Map, Set, Date, typed arrays and the like.
 */
const FORMAT = 1;
/** A record with a higher one is torn or foreign. */
const HIGHEST_FORMAT = 32;
const HEADER = 6;
const JSON_TEXT = 1;
const V8 = 2;
/** Added to the encoding of a payload compressed with deflate. */
const DEFLATED = 16;

/** Nothing pays below this size, in bytes. */
const COMPRESS_FROM = 2048;
/** Compression is kept when the result is smaller than this part of the original. */
const WORTH = 0.9;
/** Above this size, in bytes, compressing leaves the calling thread. */
const COMPRESS_APART = 64 * 1024;
/** Beyond this, in bytes, text is longer than a string can be: a record that inflates to it is not ours. */
const LARGEST = 512 << 20;
/** A deeper value goes to `v8`, which does not recurse in JavaScript. */
const DEEPEST = 200;

const deflateApart = promisify(zlib.deflateRaw) as (
  data: Uint8Array,
  options: zlib.ZlibOptions,
) => Promise<Buffer>;

const inflateApart = promisify(zlib.inflateRaw) as typeof deflateApart;

export class CodecError extends Error {
  override readonly name = 'CodecError';
}

/** Written by a version of the program that has another format. */
export class FormatError extends CodecError {}

/** Whether JSON gives the same value back. */
function isJson(value: unknown, depth = 0): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || depth > DEEPEST) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isJson(value[i], depth + 1)) return false;
    return true;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const name of Object.keys(value)) {
    if (name === '__proto__' || !isJson((value as Record<string, unknown>)[name], depth + 1)) return false;
  }
  return typeof (value as { toJSON?: unknown }).toJSON !== 'function';
}

/** Throws {@link CodecError} for what cannot be stored, for example a function. */
export async function encode(value: unknown): Promise<Uint8Array> {
  return pack(unpacked(value));
}

/** The same without compression and frame. */
export function unpacked(value: unknown): Unpacked {
  const encoding = isJson(value) ? 'json' : 'v8';
  try {
    return { encoding, payload: encoding === 'json' ? Buffer.from(JSON.stringify(value)) : serialize(value) };
  } catch (error) {
    throw new CodecError(`This value cannot be stored: ${(error as Error).message}`);
  }
}

/** A value in one of its encodings, uncompressed. */
export interface Unpacked {
  readonly encoding: 'json' | 'v8';
  readonly payload: Buffer;
}

/** The bytes under which it is stored. */
export async function pack({ encoding, payload: whole }: Unpacked): Promise<Uint8Array> {
  let payload = whole;
  let code = encoding === 'json' ? JSON_TEXT : V8;
  if (payload.length >= COMPRESS_FROM) {
    const packed =
      payload.length < COMPRESS_APART
        ? zlib.deflateRawSync(payload, { level: 1 })
        : await deflateApart(payload, { level: 1 });
    if (packed.length < payload.length * WORTH) {
      payload = packed;
      code += DEFLATED;
    }
  }
  const bytes = Buffer.allocUnsafe(HEADER + payload.length);
  bytes[0] = FORMAT;
  bytes[1] = code;
  bytes.writeUInt32BE(zlib.crc32(payload, code), 2);
  payload.copy(bytes, HEADER);
  return bytes;
}

/** Throws {@link CodecError} for bytes that are torn, foreign or of another format version. */
export function decode(bytes: Uint8Array): unknown {
  const { encoding, payload, deflated } = checked(bytes);
  try {
    const whole = deflated ? zlib.inflateRawSync(payload, { maxOutputLength: LARGEST }) : payload;
    return encoding === 'json' ? JSON.parse(whole.toString()) : deserialize(whole);
  } catch (error) {
    throw new CodecError(`The record cannot be decoded: ${(error as Error).message}`);
  }
}

/** The same without decoding, `most` bytes at the most; a large one is inflated off the calling thread. */
export async function unpack(bytes: Uint8Array, most: number): Promise<Unpacked> {
  const { encoding, payload, deflated } = checked(bytes);
  if (payload.length > most) throw new CodecError(`The record has more than ${most} bytes.`);
  if (!deflated) return { encoding, payload };
  try {
    const options = { maxOutputLength: most };
    const apart = payload.length >= COMPRESS_APART;
    return {
      encoding,
      payload: apart ? await inflateApart(payload, options) : zlib.inflateRawSync(payload, options),
    };
  } catch (error) {
    throw new CodecError(`The record cannot be decoded: ${(error as Error).message}`);
  }
}

function checked(bytes: Uint8Array): Unpacked & { readonly deflated: boolean } {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < HEADER) throw new CodecError('The record is cut off.');
  const format = view[0] ?? 0;
  if (format !== FORMAT) {
    const text = `The record has format ${format}, expected ${FORMAT}.`;
    throw format > 0 && format <= HIGHEST_FORMAT ? new FormatError(text) : new CodecError(text);
  }
  const code = view[1] ?? 0;
  const payload = view.subarray(HEADER);
  if (zlib.crc32(payload, code) !== view.readUInt32BE(2))
    throw new CodecError('The record does not match its checksum.');
  const deflated = code >= DEFLATED;
  const plain = deflated ? code - DEFLATED : code;
  if (plain === JSON_TEXT) return { encoding: 'json', payload, deflated };
  if (plain === V8) return { encoding: 'v8', payload, deflated };
  throw new CodecError(`The record has an unknown encoding ${code}.`);
}
