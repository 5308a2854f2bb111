import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecError, decode, encode, pack, unpack } from '../../../src/cache/codec.ts';

const roundTrip = async (value: unknown) => decode(await encode(value));

describe('the codec', () => {
  it('gives back any value that structured cloning can', async () => {
    const values = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
    });
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        expect(await roundTrip(value)).toEqual(structuredClone(value));
      }),
    );
  });

  it.each([
    undefined,
    Number.NaN,
    -0,
    [undefined],
    { a: undefined },
    new Date(0),
    new Map([[1, new Set([2])]]),
    Buffer.from('bytes'),
  ])('keeps %o, which JSON would change', async (value) => {
    const back = await roundTrip({ value });
    expect(back).toEqual({ value });
    expect(Object.is((back as { value: unknown }).value, value) || typeof value === 'object').toBe(true);
  });

  it('keeps deep and cyclic values', async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 500; i++) deep = [deep];
    expect(await roundTrip(deep)).toEqual(deep);
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    expect(await roundTrip(cyclic)).toEqual(cyclic);
  });

  it('compresses what gets smaller by it, and only that', async () => {
    expect((await encode('a'.repeat(100_000))).length).toBeLessThan(1000);
    const small = await encode('a'.repeat(1000));
    expect(small.length).toBe(6 + 1002);
    const noise = Buffer.from(Array.from({ length: 9000 }, (_, i) => (i * 2_654_435_761) >>> 24)).toString(
      'latin1',
    );
    expect(await roundTrip(noise)).toBe(noise);
  });

  it('refuses what cannot be stored, with a reason', async () => {
    await expect(encode(() => 1)).rejects.toThrow(CodecError);
    await expect(encode({ f: Symbol('x') })).rejects.toThrow('cannot be stored');
  });

  it('takes every cut and every flipped bit for damage', async () => {
    const bytes = await encode({ text: 'some value', list: [1, 2, 3] });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decode(bytes.subarray(0, length))).toThrow(CodecError);
    }
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const torn = Uint8Array.from(bytes);
      torn[bit >> 3] = (torn[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => decode(torn)).toThrow(CodecError);
    }
  });

  it('gives the encoded value out as it is, and takes it back', async () => {
    const short = { encoding: 'json', text: { list: [1, 2, 3] } } as const;
    const long = { encoding: 'v8', text: new Map([['key', 'a'.repeat(300_000)]]) } as const;
    for (const { encoding, text } of [short, long]) {
      const bytes = await encode(text);
      const unpacked = await unpack(bytes, 1 << 20);
      expect(unpacked.encoding).toBe(encoding);
      if (encoding === 'json') expect(JSON.parse(unpacked.payload.toString())).toEqual(text);
      expect(decode(await pack(unpacked))).toEqual(text);
    }
  });

  it('unpacks no more than it is told', async () => {
    for (const length of [1000, 100_000, 50_000_000]) {
      const bytes = await encode('a'.repeat(length));
      await expect(unpack(bytes, length)).rejects.toThrow(CodecError);
      expect((await unpack(bytes, length + 2)).payload.length).toBe(length + 2);
    }
  });

  it('takes a record of another format for none, and says which', async () => {
    const bytes = Uint8Array.from(await encode('some value'));
    for (const format of [0, 2, 99]) {
      bytes[0] = format;
      expect(() => decode(bytes)).toThrow(new CodecError(`The record has format ${format}, expected 1.`));
    }
    bytes[0] = 1;
    bytes[1] = 7;
    bytes.set([0, 0, 0, 0], 2);
    expect(() => decode(bytes)).toThrow(CodecError);
  });
});
