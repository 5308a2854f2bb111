/** Keys in one place of the table, the latest first; one more drives the oldest out. */
const WAYS = 4;
const WAY_BITS = 2;
/** As many that a word and its place tell the whole hash: a word is 24 bits of it and 8 bits of uses. */
const FEWEST_PLACES = 256;
const MOST_USES = 255;

/**
 * How often keys were used that left, until about as many others left as are to be remembered. A key
 * is known by its hash: two may be taken for one, which only makes a newcomer seem to return. 4 to 8
 * bytes a key, where a Map would take 40 and keep the key itself.
 */
export class Ghosts {
  #words = new Int32Array(WAYS * FEWEST_PLACES);
  #added = 0;

  /** `uses` is at least 1; above 255 it counts as that. `most` keys or more are to be remembered. */
  add(hash: number, uses: number, most: number): void {
    if (++this.#added > this.#words.length / 4 && this.#words.length < most) this.#grow();
    this.#put(hash, Math.min(uses, MOST_USES));
  }

  /** How often the key was used, 0 when it is not remembered; it is no ghost any more. */
  take(hash: number): number {
    const words = this.#words;
    const at = (hash << WAY_BITS) & (words.length - 1);
    for (let way = at; way < at + WAYS; way++) {
      const word = words[way] as number;
      if (((word ^ hash) & ~MOST_USES) !== 0 || word === 0) continue;
      words[way] = 0;
      return word & MOST_USES;
    }
    return 0;
  }

  #put(hash: number, uses: number): void {
    const words = this.#words;
    const at = (hash << WAY_BITS) & (words.length - 1);
    for (let way = at + WAYS - 1; way > at; way--) words[way] = words[way - 1] as number;
    words[at] = (hash & ~MOST_USES) | uses;
  }

  #grow(): void {
    const words = this.#words;
    this.#words = new Int32Array(2 * words.length);
    for (let at = words.length - 1; at >= 0; at--) {
      const word = words[at] as number;
      const rest = (at >> WAY_BITS) & MOST_USES;
      if (word !== 0) this.#put((word & ~MOST_USES) | rest, word & MOST_USES);
    }
  }
}

/** 32 bits of all characters. */
export function hashOf(key: string): number {
  let hash = key.length;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x5bd1_e995);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
  return hash ^ (hash >>> 13);
}
