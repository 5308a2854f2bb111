import { contentOf } from '../text/gate.ts';
import { normalForm } from '../text/normal-form.ts';
import type { Embedder } from './embedder.ts';

const DIMENSIONS = 256;

/**
 * Words, pairs of words and letters in threes, hashed into 256 numbers. It finds texts that share words,
 * near-misses before paraphrases, and needs no model.
 */
export const WORD_OVERLAP: Embedder = {
  name: 'word overlap',
  identity: `word-overlap-1/${DIMENSIONS}`,
  offline: true,
  embed: async (text) => wordVector(text),
};

function wordVector(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  const words = contentOf(text)?.map((token) => token.text.toLowerCase()) ?? normalForm(text).split(/\s+/);
  const add = (feature: string, weight: number) => {
    const hash = hashed(feature);
    const at = (hash >>> 1) % DIMENSIONS;
    vector[at] = (vector[at] as number) + (hash & 1 ? weight : -weight);
  };
  for (const [i, word] of words.entries()) {
    add(`w:${word}`, 1);
    if (i > 0) add(`p:${words[i - 1]} ${word}`, 0.5);
    const edged = `^${word}$`;
    for (let at = 0; at + 3 <= edged.length; at++) add(`l:${edged.slice(at, at + 3)}`, 0.25);
  }
  return vector;
}

/** FNV-1a, mixed at the end so that its lowest bits depend on all. */
function hashed(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
