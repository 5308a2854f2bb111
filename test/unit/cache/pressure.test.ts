import { describe, expect, it } from 'vitest';
import { PressureRelief, type Relief } from '../../../src/cache/pressure.ts';

/** A heap in which every entry takes one percent, over `others` percent that are not the cache's. */
function heap(entries: number, { others = 0, watch = true } = {}) {
  const memory = {
    entries,
    shrink(part: number): number {
      const left = Math.floor(this.entries * part);
      const gone = this.entries - left;
      this.entries = left;
      return gone;
    },
    clear(): void {
      this.entries = 0;
    },
  };
  const reliefs: Relief[] = [];
  const relief = new PressureRelief({
    settings: () => ({ watch, percent: 90 }),
    percent: () => others + memory.entries,
    memory,
    relieved: (what) => reliefs.push(what),
  });
  const beats = (count: number) => {
    for (let i = 0; i < count; i++) relief.beat();
    return reliefs;
  };
  return { memory, beats };
}

describe('memory pressure', () => {
  it('below the bound nothing happens', () => {
    expect(heap(89).beats(100)).toEqual([]);
  });

  it('first the least useful half goes, and that is enough', () => {
    expect(heap(90).beats(100)).toEqual([{ did: 'evicted', entries: 45, percent: 90 }]);
  });

  it('clears only when evicting twice was not enough', () => {
    const { memory, beats } = heap(40, { others: 88 });
    expect(beats(100).map(({ did, entries }) => [did, entries])).toEqual([
      ['evicted', 20],
      ['evicted', 10],
      ['cleared', 10],
    ]);
    expect(memory.entries).toBe(0);
  });

  it('gives the garbage collector time between two steps', () => {
    expect(heap(40, { others: 88 }).beats(6)).toHaveLength(1);
    expect(heap(40, { others: 88 }).beats(7)).toHaveLength(2);
  });

  it('begins with evicting again when the pressure had gone', () => {
    const { memory, beats } = heap(90);
    beats(20);
    memory.entries = 90;
    expect(beats(20).map(({ did }) => did)).toEqual(['evicted', 'evicted']);
  });

  it('does nothing to a heap that others fill, or when it is not to watch', () => {
    expect(heap(0, { others: 99 }).beats(50)).toEqual([]);
    expect(heap(95, { watch: false }).beats(50)).toEqual([]);
  });
});
