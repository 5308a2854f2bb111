type SlotArray = Float64Array | Float32Array | Int32Array | Uint8Array;

/** The array, or a copy an eighth longer, so that the index is in it. */
export function withRoom<A extends SlotArray>(array: A, index: number): A {
  if (index < array.length) return array;
  const Type = array.constructor as new (length: number) => A;
  const larger = new Type(Math.max(Math.ceil(1.125 * array.length), index + 1, 64));
  larger.set(array);
  return larger;
}
