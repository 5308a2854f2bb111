import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

/** Largest value taken from a server, bytes once decompressed. */
const MOST_DECODED = 32 * 1024 * 1024;
/** Deflate makes at most this many bytes of one (https://zlib.net/zlib_tech.html). */
const MOST_EXPANSION = 1032;

/** See `codec.ts`: a header of 6 bytes, of which the second tells the encoding. */
const HEADER = 6;
const JSON_TEXT = 1;
const DEFLATED = 16;

const inflate = promisify(inflateRaw) as (
  bytes: Uint8Array,
  options: { maxOutputLength: number },
) => Promise<Buffer>;

/** Whether the codec encoded it in a way that one may decode when others wrote it: V8's format is none. */
export function isShareable(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER && (bytes[1] === JSON_TEXT || bytes[1] === JSON_TEXT + DEFLATED);
}

/** Whether an encoded value from a server can be decoded: no code of V8's, no decompression bomb. */
export async function isHarmless(bytes: Uint8Array): Promise<boolean> {
  if (!isShareable(bytes)) return false;
  if (bytes[1] === JSON_TEXT) return bytes.length <= MOST_DECODED;
  if (bytes.length * MOST_EXPANSION <= MOST_DECODED) return true;
  try {
    await inflate(bytes.subarray(HEADER), { maxOutputLength: MOST_DECODED });
    return true;
  } catch {
    return false;
  }
}
