/**
 * The kernel as a WebAssembly module, put together from its instructions: 300 bytes need no compiler, and
 * what is shipped is what can be read here.
 */

/** LEB128, unsigned; the same as signed for constants below 64. */
const number = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...number(value >> 7)];
const counted = (bytes: readonly number[]): number[] => [...number(bytes.length), ...bytes];
const section = (id: number, bytes: readonly number[]): number[] => [id, ...counted(bytes)];
const name = (text: string): number[] => counted([...text].map((char) => char.charCodeAt(0)));

const I32 = 0x7f;
const V128 = 0x7b;
const NOTHING = 0x40;

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const tee = (local: number): number[] => [0x22, local];
const constant = (value: number): number[] => [0x41, value];
const ADD = 0x6a;
const MULTIPLY = 0x6c;
const BELOW = 0x49;
const loadI32 = [0x28, 2, 0];
const storeI32 = [0x36, 2, 0];
const simd = (code: number): number[] => [0xfd, ...number(code)];
/** The second immediate is an offset in bytes. */
const load = (offset: number): number[] => [...simd(0), 4, offset];
/** Eight bytes as eight 16-bit integers with their signs. */
const loadBytes = (offset: number): number[] => [...simd(1), 3, offset];
const zeros = [...simd(12), ...new Array<number>(16).fill(0)];
const lane = (index: number): number[] => [...simd(27), index];
const addLanes = simd(174);
/** Products of 16-bit integers, added in pairs. */
const multiplyPairs = simd(186);

const block = [0x02, NOTHING];
const loop = [0x03, NOTHING];
const branchIf = (depth: number): number[] => [0x0d, depth];
const NOT = 0x45;
const END = 0x0b;

const [query, vectors, length, slots, count, results] = [0, 1, 2, 3, 4, 5];
const [asked, stored, end, last] = [6, 7, 8, 9];
const [even, odd] = [10, 11];

/** `sum` with the products of eight numbers, `by` numbers from here. */
const sumEight = (sum: number, by: number): number[] => [
  ...get(asked),
  ...load(2 * by),
  ...get(stored),
  ...loadBytes(by),
  ...multiplyPairs,
  ...get(sum),
  ...addLanes,
  ...set(sum),
];
const stepped = (local: number, by: number): number[] => [...get(local), ...constant(by), ADD];

const body = [
  // last = slots + 4 × count; nothing to do when they are the same
  ...[...get(slots), ...get(count), ...constant(4), MULTIPLY, ADD, ...set(last)],
  ...block,
  ...[...get(count), NOT, ...branchIf(0)],
  ...loop,
  // stored = vectors + slot × length; end = stored + length; asked = query
  ...[...get(vectors), ...get(slots), ...loadI32, ...get(length), MULTIPLY, ADD, ...tee(stored)],
  ...[...get(length), ADD, ...set(end), ...get(query), ...set(asked)],
  ...[...zeros, ...set(even), ...zeros, ...set(odd)],
  ...loop,
  ...sumEight(even, 0),
  ...sumEight(odd, 8),
  ...[...stepped(asked, 32), ...set(asked)],
  ...[...stepped(stored, 16), ...tee(stored), ...get(end), BELOW, ...branchIf(0)],
  END,
  // the four lanes in one
  ...[...get(even), ...get(odd), ...addLanes, ...set(even)],
  ...get(results),
  ...[...get(even), ...lane(0), ...get(even), ...lane(1), ADD],
  ...[...get(even), ...lane(2), ADD, ...get(even), ...lane(3), ADD],
  ...storeI32,
  ...[...stepped(results, 4), ...set(results)],
  ...[...stepped(slots, 4), ...tee(slots), ...get(last), BELOW, ...branchIf(0)],
  END,
  END,
  END,
];

const locals = [2, 4, I32, 2, V128];
const [IMPORTED_MEMORY, EXPORTED_FUNCTION] = [2, 0];

export const MODULE = new Uint8Array([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, [1, 0x60, ...counted([I32, I32, I32, I32, I32, I32]), 0]),
  ...section(2, [1, ...name('e'), ...name('m'), IMPORTED_MEMORY, 0, 1]),
  ...section(3, [1, 0]),
  ...section(7, [1, ...name('d'), EXPORTED_FUNCTION, 0]),
  ...section(10, [1, ...counted([...locals, ...body])]),
]);
