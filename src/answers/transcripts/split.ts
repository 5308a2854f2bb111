/** Longest row that is understood, bytes: parsing one holds the thread for less than a frame. */
export const LONGEST_ROW = 1024 * 1024;

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = { brace: 0x7b, bracket: 0x5b } as const;
const CLOSE = { brace: 0x7d, bracket: 0x5d } as const;
/** Nothing of interest is nested deeper; a file that is gets no more memory. */
const DEEPEST = 10_000;

/** Cuts a stream of bytes into rows and holds no more than one. */
interface Splitter {
  /** Whole rows, valid until the next chunk; undefined stands for one that is too long. */
  feed(chunk: Buffer): Iterable<Buffer | undefined>;
  /** Bytes at the end of what was fed that belong to a row that goes on; 0 while one is left out. */
  readonly held: number;
  /** The row that goes on. */
  rest(): Buffer;
}

/** A row that came in several chunks. */
class Held {
  #parts: Buffer[] = [];
  bytes = 0;

  /** Copies, as chunks are overwritten. False when it has become too long: then it is let go. */
  keep(part: Buffer): boolean {
    if (this.bytes + part.length > LONGEST_ROW) {
      this.take();
      return false;
    }
    if (part.length > 0) this.#parts.push(Buffer.from(part));
    this.bytes += part.length;
    return true;
  }

  take(): Buffer {
    const whole = Buffer.concat(this.#parts);
    this.#parts = [];
    this.bytes = 0;
    return whole;
  }

  get whole(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** Rows that end with a line feed. */
export class Lines implements Splitter {
  readonly #held = new Held();
  #leaving = false;

  /** @param leaving the chunk begins within a row that is left out */
  constructor(leaving = false) {
    this.#leaving = leaving;
  }

  get held(): number {
    return this.#held.bytes;
  }

  /** Within a row that is left out. */
  get leaving(): boolean {
    return this.#leaving;
  }

  rest(): Buffer {
    return this.#held.whole;
  }

  *feed(chunk: Buffer): Iterable<Buffer | undefined> {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const part = chunk.subarray(from, end);
      from = end + 1;
      if (this.#leaving) this.#leaving = false;
      else if (this.#held.bytes === 0) yield part.length > LONGEST_ROW ? undefined : part;
      else yield this.#held.keep(part) ? this.#held.take() : undefined;
    }
    if (this.#leaving || this.#held.keep(chunk.subarray(from))) return;
    this.#leaving = true;
    yield undefined;
  }
}

/** Objects in the array that a JSON document is, or in arrays that are members of it. */
export class Elements implements Splitter {
  readonly #held = new Held();
  readonly #open: number[] = [];
  #text = false;
  #escaped = false;
  /** Depth of the element that goes on; 0 for none. */
  #depth = 0;
  #leaving = false;

  get held(): number {
    return this.#held.bytes;
  }

  rest(): Buffer {
    return Buffer.alloc(0); // the document is cut off, and so is its last element
  }

  *feed(chunk: Buffer): Iterable<Buffer | undefined> {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#text) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#text = false;
      } else if (byte === QUOTE) this.#text = true;
      else if (byte === OPEN.brace || byte === OPEN.bracket) {
        if (byte === OPEN.brace && this.#depth === 0 && this.#isElement()) {
          from = at;
          this.#depth = this.#open.length + 1;
        }
        if (this.#open.length < DEEPEST) this.#open.push(byte);
      } else if (byte === CLOSE.brace || byte === CLOSE.bracket) {
        const ends = this.#depth > 0 && this.#open.length === this.#depth;
        this.#open.pop();
        if (!ends) continue;
        this.#depth = 0;
        if (!this.#leaving) yield this.#whole(chunk.subarray(from, at + 1));
        this.#leaving = false;
      }
    }
    if (this.#depth === 0 || this.#leaving || this.#held.keep(chunk.subarray(from))) return;
    this.#leaving = true;
    yield undefined;
  }

  #isElement(): boolean {
    const [outer, inner, ...deeper] = this.#open;
    if (deeper.length > 0) return false;
    return inner === undefined ? outer === OPEN.bracket : outer === OPEN.brace && inner === OPEN.bracket;
  }

  #whole(part: Buffer): Buffer | undefined {
    if (this.#held.bytes === 0) return part.length > LONGEST_ROW ? undefined : part;
    return this.#held.keep(part) ? this.#held.take() : undefined;
  }
}
