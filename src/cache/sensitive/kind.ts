import { types } from 'node:util';
import { UncheckedError } from './unchecked-error.ts';

export type Kind = 'array' | 'object' | 'map' | 'set' | 'bytes';

/** As git does: what has no NUL among so many first bytes is text. */
const LOOKED_AT = 8_000;

/**
 * How the strings of an object are reached; undefined when it has none. Throws an
 * {@link UncheckedError} for a kind of which nobody knows what a store would write, as an `Error`.
 */
export function kindOf(value: object): Kind | undefined {
  if (Array.isArray(value)) return 'array';
  if (types.isMap(value)) return 'map';
  if (types.isSet(value)) return 'set';
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return 'bytes';
  if (types.isDate(value)) return undefined;
  const tag = Object.prototype.toString.call(value);
  if (tag === '[object Object]') return 'object';
  throw new UncheckedError('unreadable', `A value holds an ${tag}, which cannot be checked for secrets.`);
}

/**
 * Bytes as a text with one character for each, if they are text: every secret that is known consists
 * of ASCII. Undefined for binary data.
 */
export function textOf(value: object): string | undefined {
  const bytes = bytesOf(value);
  return bytes.subarray(0, LOOKED_AT).includes(0) ? undefined : bytes.toString('latin1');
}

/** The text as the kind of bytes that it was read from, filled up with blanks where they come in groups. */
export function withText(value: object, text: string): object {
  const bytes = Buffer.from(text, 'latin1');
  if (Buffer.isBuffer(value)) return bytes;
  const size =
    ArrayBuffer.isView(value) && 'BYTES_PER_ELEMENT' in value ? Number(value.BYTES_PER_ELEMENT) : 1;
  const padded = new Uint8Array(Math.ceil(bytes.length / size) * size).fill(0x20);
  padded.set(bytes);
  if (!ArrayBuffer.isView(value)) return padded.buffer;
  return Reflect.construct(value.constructor, [padded.buffer]);
}

function bytesOf(value: object): Buffer {
  if (!ArrayBuffer.isView(value)) return Buffer.from(value as ArrayBuffer);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
