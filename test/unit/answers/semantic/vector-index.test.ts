import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKernel } from '../../../../src/answers/semantic/index/kernel.ts';
import { MODULE } from '../../../../src/answers/semantic/index/kernel-code.ts';
import { quantised, VectorIndex } from '../../../../src/answers/semantic/index/vector-index.ts';

const numbers = (length: number) =>
  fc
    .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: length, maxLength: length })
    .filter((all) => all.some((one) => Math.abs(one) > 0.01))
    .map((all) => Float32Array.from(all));
const spaces = fc
  .integer({ min: 1, max: 70 })
  .chain((length) => fc.tuple(numbers(length), fc.array(numbers(length), { minLength: 1, maxLength: 40 })));

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function filled(vectors: readonly Float32Array[], simd: boolean) {
  const index = new VectorIndex(vectors[0]?.length ?? 1, createKernel(simd));
  const items = vectors.map((vector, i) => ({
    i,
    slot: index.add(quantised(vector) ?? none()) as number | undefined,
  }));
  return { index, items };
}

function none(): never {
  throw new Error('it points nowhere');
}

describe('the kernel', () => {
  it('is a module that this runtime takes', () => {
    expect(MODULE.length).toBeLessThan(400);
    expect(createKernel().simd).toBe(true);
  });

  it('gives the same integers as plain JavaScript, whatever the bytes', () => {
    const cases = fc.integer({ min: 1, max: 6 }).chain((sixteens) =>
      fc.record({
        query: fc.array(fc.integer({ min: -4095, max: 4095 }), {
          minLength: 16 * sixteens,
          maxLength: 16 * sixteens,
        }),
        vectors: fc.array(
          fc.array(fc.integer({ min: -128, max: 127 }), {
            minLength: 16 * sixteens,
            maxLength: 16 * sixteens,
          }),
          { maxLength: 9 },
        ),
      }),
    );
    fc.assert(
      fc.property(cases, ({ query, vectors }) => {
        const [fast, plain] = [true, false].map((simd) => {
          const kernel = createKernel(simd);
          const { length } = query;
          const at = { query: kernel.take(2 * length), slots: kernel.take(64), results: kernel.take(64) };
          const first = kernel.take(length * vectors.length);
          new Int16Array(kernel.memory, at.query, length).set(query);
          new Int8Array(kernel.memory, first, length * vectors.length).set(vectors.flat());
          new Int32Array(kernel.memory, at.slots, vectors.length).set(
            vectors.map((_, i) => vectors.length - 1 - i),
          );
          kernel.dots(at.query, first, length, at.slots, vectors.length, at.results);
          return [...new Int32Array(kernel.memory, at.results, vectors.length)];
        });
        const wanted = vectors.map((vector) =>
          vector.reduce((sum, value, i) => sum + value * (query[i] ?? 0), 0),
        );
        expect(fast).toEqual(plain);
        expect(fast).toEqual(wanted.reverse());
      }),
    );
  });

  it('does not overflow at the most dimensions and the largest numbers', () => {
    for (const simd of [true, false]) {
      const vector = new Float32Array(4096).fill(1);
      const { index, items } = filled([vector, vector.map(() => -1)], simd);
      return index.nearest(vector, items, 2).then((near) => {
        expect(near.map(({ similarity }) => Math.round(similarity * 1000) / 1000)).toEqual([1, -1]);
      });
    }
    return undefined;
  });
});

describe('the index', () => {
  it('finds what comparing all floats in JavaScript finds, up to the rounding to bytes', async () => {
    await fc.assert(
      fc.asyncProperty(spaces, fc.boolean(), async ([query, vectors], simd) => {
        const { index, items } = filled(vectors, simd);
        const near = await index.nearest(query, items, 3);
        const exact = vectors.map((vector) => cosine(query, vector)).sort((a, b) => b - a);
        expect(near).toHaveLength(Math.min(3, vectors.length));
        for (const [i, { item, similarity }] of near.entries()) {
          expect(Math.abs(similarity - cosine(query, vectors[item.i] as Float32Array))).toBeLessThan(0.01);
          expect(Math.abs(similarity - (exact[i] as number))).toBeLessThan(0.01);
        }
      }),
    );
  });

  it('uses the place of what left, and does not find it', async () => {
    const { index, items } = filled([Float32Array.of(1, 0), Float32Array.of(0, 1)], true);
    const [first, second] = items as [(typeof items)[0], (typeof items)[0]];
    index.remove(first.slot as number);
    first.slot = undefined;
    const slot = index.add(quantised(Float32Array.of(1, 1)) ?? none());
    expect(slot).toBe(0);
    const near = await index.nearest(Float32Array.of(1, 0), [first, second, { i: 2, slot }], 5);
    expect(near.map(({ item }) => item.i)).toEqual([2, 1]);
  });

  it('gives the thread back while it compares many', async () => {
    const one = Float32Array.from({ length: 256 }, (_, i) => i - 100);
    const { index, items } = filled(new Array<Float32Array>(20_000).fill(one), false);
    let pauses = 0;
    const slices = { due: true, pause: async () => void pauses++ };
    const near = await index.nearest(one, items, 1, slices as never);
    expect(near[0]?.similarity).toBeCloseTo(1, 2);
    expect(pauses).toBe(3); // 2 MB at once
  });

  it('takes no vector without a direction', () => {
    expect(quantised(new Float32Array(3))).toBeUndefined();
    expect(quantised(Float32Array.of(1, Number.NaN))).toBeUndefined();
    expect(quantised(Float32Array.of(1, Number.POSITIVE_INFINITY))).toBeUndefined();
  });
});
