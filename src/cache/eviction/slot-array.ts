type SlotArray = Float64Array | Float32Array | Int32Array | Uint16Array;

/** The array, or a copy of at least twice its length, so that the slot has a place in it. */
export function withRoom<A extends SlotArray>(array: A, slot: number): A {
  if (slot < array.length) return array;
  const Type = array.constructor as new (length: number) => A;
  const larger = new Type(Math.max(2 * array.length, slot + 1, 64));
  larger.set(array);
  return larger;
}
