import { Slices } from '../cache/slices.ts';
import type { Note } from './note.ts';
import { words } from './words.ts';

/** Of BM25: how soon a further occurrence counts less, and how much a long text counts less. */
const K1 = 1.2;
const B = 0.75;
/** A word of the key, or of a tag, counts for so many of the text. */
const KEY_WEIGHT = 4;
const TAG_WEIGHT = 3;
/** A word that only begins like one asked for counts for so much of it. */
const PREFIX_WEIGHT = 0.4;
/** Shorter ones begin too many. */
const SHORTEST_PREFIX = 3;

interface Counted<N> {
  readonly note: N;
  /** Words of the text. */
  readonly length: number;
  /** By word of the query: how often it occurs, weighted. */
  readonly counts: readonly number[];
}

/** The notes with at least one word of the query, the best first (Okapi BM25); those that are as good, the newest first. */
export async function ranked<N extends Note>(notes: readonly N[], query: string): Promise<readonly N[]> {
  const wanted = [...new Set(words(query))];
  const counted: Counted<N>[] = [];
  const slices = new Slices();
  for (const note of notes) {
    if (slices.due) await slices.pause();
    counted.push(count(note, wanted));
  }
  const total = counted.reduce((sum, { length }) => sum + length, 0);
  const average = Math.max(1, total / counted.length);
  const rarities = wanted.map((_, i) => {
    const having = counted.filter(({ counts }) => (counts[i] ?? 0) > 0).length;
    return Math.log(1 + (counted.length - having + 0.5) / (having + 0.5));
  });
  const scored = counted.map(({ note, length, counts }) => {
    const norm = K1 * (1 - B + (B * length) / average);
    const score = counts.reduce((sum, n, i) => sum + ((rarities[i] ?? 0) * n * (K1 + 1)) / (n + norm), 0);
    return { note, score };
  });
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || b.note.rememberedAt - a.note.rememberedAt)
    .map(({ note }) => note);
}

function count<N extends Note>(note: N, wanted: readonly string[]): Counted<N> {
  const counts = wanted.map(() => 0);
  /** Returns how many words there are. */
  const take = (text: string, weight: number): number => {
    let length = 0;
    for (const word of words(text)) {
      length++;
      for (const [i, one] of wanted.entries()) {
        const isPrefix = one.length >= SHORTEST_PREFIX && word.startsWith(one);
        const part = word === one ? 1 : isPrefix ? PREFIX_WEIGHT : 0;
        counts[i] = (counts[i] ?? 0) + part * weight;
      }
    }
    return length;
  };
  take(note.key, KEY_WEIGHT);
  for (const tag of note.tags) take(tag, TAG_WEIGHT);
  return { note, length: take(note.text, 1), counts };
}
