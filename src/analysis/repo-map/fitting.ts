import type { MapLine } from './map-lines.ts';

interface Fitted {
  readonly shown: readonly MapLine[];
  readonly text: string;
  readonly tokens: number;
}

/** Of each text. */
type CountTokens = (texts: readonly string[]) => Promise<readonly number[]>;

/**
 * The first lines whose text has no more than `most` tokens. Each line and path is counted once for a
 * first guess; what is given has been counted as a whole, for tokens reach across the ends of lines.
 */
export async function fitted(
  lines: readonly MapLine[],
  pathAt: (place: number) => string,
  textOf: (lines: readonly MapLine[]) => string,
  most: number,
  count: CountTokens,
): Promise<Fitted> {
  let length = await guess(lines, pathAt, most, count);
  for (;;) {
    const shown = lines.slice(0, length);
    const text = textOf(shown);
    const [tokens = 0] = text === '' ? [] : await count([text]);
    if (tokens <= most) return { shown, text, tokens };
    length = Math.min(length - 1, Math.floor((length * most) / tokens));
  }
}

/** How many lines fit if their tokens, and those of the paths above them, add up. */
async function guess(
  lines: readonly MapLine[],
  pathAt: (place: number) => string,
  most: number,
  count: CountTokens,
): Promise<number> {
  const places = [...new Set(lines.map(({ place }) => place))];
  const texts = [...lines.map(({ text }) => text), ...places.map(pathAt)].map((text) => `${text}\n`);
  const counts = texts.length === 0 ? [] : await count(texts);
  const ofPath = new Map(places.map((place, i) => [place, counts[lines.length + i] ?? 0]));
  let sum = 0;
  for (const [i, { place }] of lines.entries()) {
    sum += (counts[i] ?? 0) + (ofPath.get(place) ?? 0);
    ofPath.delete(place);
    if (sum > most) return i;
  }
  return lines.length;
}
