import { KeyError } from '../key.ts';

/** Longest text, UTF-16 code units: beyond it the caller most likely passed content. */
const LONGEST = 1_000_000;
const DEEPEST = 100;
/** Needs no escape; to tell is quicker than to have JSON.stringify look. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * The one text of a JSON-like value, the same in every process, on every platform: RFC 8785 (JSON
 * Canonicalization Scheme), that is members sorted by UTF-16 code units and numbers as ECMAScript
 * writes them. Members that are null or undefined are left out; in an array, where places count,
 * both are null. A Date is its ISO text. Strings are taken as they are, for two that differ only in
 * their Unicode normalisation can name two files; half a character, which the RFC refuses, is an escape.
 *
 * Throws {@link KeyError}, naming the place under `path`, for what has no such text: NaN, infinities,
 * bigints, functions, symbols, Maps, Sets, instances of classes, cycles, more than 100 values within
 * each other, a text of more than 1,000,000 code units.
 */
export function canonicalJson(value: unknown, path = 'value'): string {
  return new Writer(path).text(value);
}

class Writer {
  readonly #root: string;
  /** The containers around the value being written, from the root, and where in each of them it is. */
  readonly #within: object[] = [];
  readonly #path: (string | number)[] = [];
  #text = '';
  #members = 0;

  constructor(root: string) {
    this.#root = root;
  }

  text(value: unknown): string {
    this.#write(value ?? null);
    return this.#text;
  }

  #write(value: unknown): void {
    if (value === null || value === undefined) this.#put('null');
    else if (typeof value === 'string') this.#string(value);
    else if (typeof value === 'boolean') this.#put(String(value));
    else if (typeof value === 'number') {
      if (!Number.isFinite(value)) throw this.#error(`${value} has no place in a key`);
      this.#put(String(value)); // -0 becomes 0
    } else if (typeof value !== 'object') throw this.#error(`a ${typeof value} has no place in a key`);
    else if (value instanceof Date) {
      if (Number.isNaN(value.getTime())) throw this.#error('an invalid Date has no place in a key');
      this.#string(value.toISOString());
    } else this.#container(value);
  }

  #container(value: object): void {
    if (this.#within.includes(value)) throw this.#error('the value contains itself');
    if (this.#within.length === DEEPEST)
      throw this.#error(`there are more than ${DEEPEST} values within each other`);
    this.#within.push(value);
    if (Array.isArray(value)) this.#array(value);
    else this.#object(value);
    this.#within.pop();
  }

  #array(items: readonly unknown[]): void {
    const depth = this.#within.length - 1;
    this.#put('[');
    for (let index = 0; index < items.length; index++) {
      if (index > 0) this.#put(',');
      this.#path[depth] = index;
      this.#write(items[index]);
    }
    this.#put(']');
  }

  #object(value: object): void {
    if (!isPlain(value)) {
      const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
      throw this.#error(
        `${name ? `an instance of ${String(name)}` : 'an instance of a class'} has no place in a key`,
      );
    }
    if (Object.getOwnPropertySymbols(value).length > 0) throw this.#error('a symbol has no place in a key');
    const names = sorted(Object.keys(value));
    this.#members += names.length; // also those left out: one object can be in many places
    this.#room(this.#members - this.#text.length);
    const depth = this.#within.length - 1;
    this.#put('{');
    let comma = '';
    for (const name of names) {
      const member = (value as Record<string, unknown>)[name];
      if (member === null || member === undefined) continue;
      this.#path[depth] = name;
      this.#put(`${comma}${quoted(name)}:`);
      comma = ',';
      this.#write(member);
    }
    this.#put('}');
  }

  #string(text: string): void {
    this.#room(text.length + 2); // before writing it: it may be enormous
    this.#put(quoted(text));
  }

  #put(piece: string): void {
    this.#room(piece.length);
    this.#text += piece;
  }

  #room(length: number): void {
    if (this.#text.length + length > LONGEST) {
      throw this.#error(
        `the input of a key is longer than ${LONGEST} characters: pass an id or a hash of it`,
      );
    }
  }

  #error(what: string): KeyError {
    const steps = this.#path
      .slice(0, this.#within.length)
      .map((at) => (typeof at === 'number' ? `[${at}]` : `.${at}`));
    const path = this.#root + steps.join('');
    return new KeyError(`${path.length > 200 ? `${path.slice(0, 199)}…` : path}: ${what}.`);
  }
}

/** By UTF-16 code units; few names by insertion, for `sort` takes half a microsecond even for two. */
function sorted(names: string[]): string[] {
  if (names.length > 20) return names.sort();
  for (let next = 1; next < names.length; next++) {
    const name = names[next] as string;
    let at = next;
    for (; at > 0 && (names[at - 1] as string) > name; at--) names[at] = names[at - 1] as string;
    names[at] = name;
  }
  return names;
}

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** An object literal, what JSON.parse makes, or one without a prototype; of this realm or another. */
export function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}
