import { describe, expect, it } from 'vitest';
import { changeText } from '../../../src/engine/texts.ts';

describe('what a change did', () => {
  it.each([
    [['src/a.ts'], 1, 'src/a.ts changed: 1 entry invalid'],
    [['src/a.ts', 'src/b.ts'], 2_000, '2 files changed: 2,000 entries invalid'],
    [[], 8, 'An input changed: 8 entries invalid'],
  ])('%j is told in a sentence', (paths, invalid, text) => {
    expect(changeText(paths, invalid)).toBe(text);
  });
});
