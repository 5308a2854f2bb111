import { expect, it } from 'vitest';
import { fitted } from '../../../src/analysis/repo-map/fitting.ts';
import type { MapLine } from '../../../src/analysis/repo-map/map-lines.ts';

/** Lines of ten characters, three to a file. */
const LINES: MapLine[] = Array.from({ length: 30 }, (_, at) => ({
  place: Math.floor(at / 3),
  at,
  text: `line ${String(at).padStart(4, '0')}`,
}));

async function sized(most: number, tokensOf: (text: string) => number) {
  const counted: number[] = [];
  const count = async (texts: readonly string[]) => {
    counted.push(texts.length);
    return texts.map(tokensOf);
  };
  const textOf = (lines: readonly MapLine[]) => lines.map(({ text }) => `${text}\n`).join('');
  const { shown, text, tokens } = await fitted(LINES, (place) => `file ${place}`, textOf, most, count);
  expect(tokens).toBeLessThanOrEqual(most);
  expect(tokens).toBe(text === '' ? 0 : tokensOf(text));
  return { shown: shown.length, counted };
}

it('counts every line and path once, then the whole', async () => {
  // Ten tokens a line with its end, seven a path: four lines in two files make 54.
  expect(await sized(54, (text) => text.length)).toEqual({ shown: 4, counted: [40, 1] });
  expect(await sized(53, (text) => text.length)).toMatchObject({ shown: 3 });
});

it('gives no more than fits, also when the whole has more tokens than its lines', async () => {
  const { shown, counted } = await sized(100, (text) => (text.length > 20 ? text.length * 3 : text.length));
  expect(shown).toBe(3);
  expect(counted.length).toBeGreaterThan(2);
  expect(await sized(54, (text) => text.length + (text.length > 20 ? 15 : 0))).toMatchObject({ shown: 3 });
});

it('gives everything when there is room, and nothing when there is none', async () => {
  expect(await sized(10_000, (text) => text.length)).toMatchObject({ shown: 30 });
  expect(await sized(5, (text) => text.length)).toEqual({ shown: 0, counted: [40] });
});
