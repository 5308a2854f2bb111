import { SnapshotError } from './format.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** What is expected next, outside of any value. */
type Place =
  | 'start'
  | 'first name'
  | 'name'
  | 'colon'
  | 'value'
  | 'after value'
  | 'first element'
  | 'element'
  | 'after element'
  | 'end';

/**
 * Cuts the JSON text of one object into the elements of one of its lists, without holding more than
 * one of them: the whole may be larger than any string or memory. It finds where an element ends;
 * whether that is JSON, its parser tells. Throws a SnapshotError for what is not such a text.
 */
export class JsonSplitter {
  readonly #list: string;
  readonly #most: number;
  #place: Place = 'start';
  #offset = 0;
  /** The value under way: its pieces, how deep it is nested, and whether it is within a string. */
  #pieces: Buffer[] | undefined;
  #length = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #name = '';

  /** `list` is the name of the property; `most` the bytes of one value. */
  constructor(list: string, most: number) {
    this.#list = list;
    this.#most = most;
  }

  /** The elements that end in this chunk. */
  *push(chunk: Buffer): Generator<string> {
    let from = 0;
    for (let at = 0; at < chunk.length; ) {
      if (!this.#pieces) {
        if (this.#begins(chunk[at] as number, this.#offset + at)) {
          this.#pieces = [];
          from = at;
        } else at++;
        continue;
      }
      const end = this.#scan(chunk, at);
      at = end ?? chunk.length;
      this.#keep(chunk.subarray(from, at));
      from = 0;
      if (end === undefined) break;
      const text = Buffer.concat(this.#pieces).toString();
      this.#pieces = undefined;
      this.#length = 0;
      if (this.#ended(text)) yield text;
    }
    this.#offset += chunk.length;
  }

  /** To be called after the last chunk. */
  finish(): void {
    if (this.#place !== 'end') throw new SnapshotError(`The file is cut off after ${this.#offset} bytes.`);
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > this.#most) {
      throw new SnapshotError(`The file has a record of more than ${this.#most} bytes.`);
    }
    this.#pieces?.push(piece);
  }

  /** Takes one byte between values. True when it begins a value. */
  #begins(byte: number, offset: number): boolean {
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte > 0x7f) {
      if (byte > 0x7f && this.#place !== 'start') throw unexpected(offset); // else the byte order mark
      return false;
    }
    switch (this.#place) {
      case 'start':
        return this.#expect(byte === OPEN_BRACE, 'first name', offset);
      case 'first name':
        if (byte === CLOSE_BRACE) return this.#expect(true, 'end', offset);
        return this.#reads(byte === QUOTE, offset);
      case 'name':
        return this.#reads(byte === QUOTE, offset);
      case 'colon':
        return this.#expect(byte === COLON, 'value', offset);
      case 'value':
        if (byte === OPEN_BRACKET && this.#name === this.#list) {
          return this.#expect(true, 'first element', offset);
        }
        return this.#reads(!isEnd(byte), offset);
      case 'first element':
        if (byte === CLOSE_BRACKET) return this.#expect(true, 'after value', offset);
        return this.#reads(!isEnd(byte), offset);
      case 'element':
        return this.#reads(!isEnd(byte), offset);
      case 'after element':
        if (byte === CLOSE_BRACKET) return this.#expect(true, 'after value', offset);
        return this.#expect(byte === COMMA, 'element', offset);
      case 'after value':
        if (byte === CLOSE_BRACE) return this.#expect(true, 'end', offset);
        return this.#expect(byte === COMMA, 'name', offset);
      case 'end':
        throw unexpected(offset);
    }
  }

  #expect(met: boolean, next: Place, offset: number): false {
    if (!met) throw unexpected(offset);
    this.#place = next;
    return false;
  }

  #reads(met: boolean, offset: number): true {
    if (!met) throw unexpected(offset);
    return true;
  }

  /** Where the value under way ends in this chunk. */
  #scan(chunk: Buffer, from: number): number | undefined {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) {
          this.#inString = false;
          if (this.#depth === 0) return at + 1;
        }
      } else if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth++;
      else if (this.#depth > 0) {
        if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --this.#depth === 0) return at + 1;
      } else if (isEnd(byte) || byte <= 0x20) return at; // a number or a word ends before what follows
    }
    return undefined;
  }

  /** True when the value is an element of the list. */
  #ended(text: string): boolean {
    switch (this.#place) {
      case 'first name':
      case 'name':
        this.#name = String(parse(text));
        this.#place = 'colon';
        return false;
      case 'value':
        parse(text);
        this.#place = 'after value';
        return false;
      default:
        this.#place = 'after element';
        return true;
    }
  }
}

/** Throws a SnapshotError for what is not JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SnapshotError(`The file is not JSON: ${(error as Error).message}`);
  }
}

function isEnd(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET;
}

function unexpected(offset: number): SnapshotError {
  return new SnapshotError(`The file is not a snapshot: byte ${offset} does not belong there.`);
}
