import { NotesError } from './notes-error.ts';

/** Levels of nesting accepted: what reads it again is recursive. */
const DEEPEST = 200;

/**
 * The UTF-8 bytes of a value's JSON text. Throws a {@link NotesError}, naming the value, for what
 * would come back as something else: a Map, a Date, a bigint, NaN, undefined.
 */
export function jsonBytes(value: unknown, what: string): number {
  check(value, what, 0);
  return Buffer.byteLength(JSON.stringify(value));
}

function check(value: unknown, what: string, depth: number): void {
  if (depth > DEEPEST) throw new NotesError('invalid', `${what} is nested deeper than ${DEEPEST} levels.`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    for (const item of value) check(item, what, depth + 1);
    return;
  }
  if (!isObject(value)) throw new NotesError('invalid', `${what} is no JSON: it holds ${describe(value)}.`);
  for (const member of Object.values(value)) check(member, what, depth + 1);
}

/** An object as JSON has them. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === 'object' ? 'an object that is not plain' : `a value of type ${typeof value}`;
}
