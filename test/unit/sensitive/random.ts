/** Reproducible random text, so that the repository holds no string that looks like a secret. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Below `limit`, whole; mulberry32. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  from(alphabet: string, length: number): string {
    let text = '';
    for (let i = 0; i < length; i++) text += alphabet.charAt(this.below(alphabet.length));
    return text;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }

  digits = (length: number): string => this.from(DIGITS, length);
  hex = (length: number): string => this.from(`${DIGITS}abcdef`, length);
  upper = (length: number): string => this.from(UPPER, length);
  letters = (length: number): string => this.from(UPPER + UPPER.toLowerCase(), length);
  /** Letters and digits. */
  word = (length: number): string => this.from(UPPER + UPPER.toLowerCase() + DIGITS, length);
  base64 = (length: number): string => this.from(`${UPPER}${UPPER.toLowerCase()}${DIGITS}+/`, length);
  base64url = (length: number): string => this.from(`${UPPER}${UPPER.toLowerCase()}${DIGITS}-_`, length);
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
