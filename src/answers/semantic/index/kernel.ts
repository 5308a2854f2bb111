import { MODULE } from './kernel-code.ts';

/** Computes the dot products of a query with stored vectors. */
export interface Kernel {
  readonly simd: boolean;
  /** Room for `bytes` more behind what was taken before, aligned to 16; its content is 0. Returns where it begins. */
  take(bytes: number): number;
  /** Makes what was taken last so many bytes long. Throws a RangeError when there is no memory for it. */
  grow(last: number, bytes: number): void;
  /** Of now: to be asked for anew after {@link take} and {@link grow}. */
  readonly memory: ArrayBuffer;
  /**
   * For each of `count` slots, numbered by the 32-bit integers at `slots`, the dot product of the 16-bit
   * integers at `query` with the bytes at `vectors + slot × length`, as 32-bit integers from `results`.
   * `length` is a multiple of 16, `query` aligned to it.
   */
  dots(query: number, vectors: number, length: number, slots: number, count: number, results: number): void;
}

const PAGE = 65_536;

/** What of it is needed: the types of Node leave it out. */
interface Wasm {
  validate(module: Uint8Array): boolean;
  readonly Memory: new (size: { readonly initial: number }) => WasmMemory;
  readonly Module: new (module: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: { readonly d: Dots } };
}

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly?: Wasm };

/** WebAssembly with SIMD where the runtime has it. */
export function createKernel(simd = hasSimd()): Kernel {
  return simd && wasm ? new WasmKernel(wasm) : new PlainKernel();
}

function hasSimd(): boolean {
  return wasm?.validate(MODULE) ?? false;
}

type Dots = Kernel['dots'];

class WasmKernel implements Kernel {
  readonly simd = true;
  readonly dots: Dots;
  readonly #memory: WasmMemory;
  #taken = 16;

  constructor({ Memory, Module, Instance }: Wasm) {
    this.#memory = new Memory({ initial: 1 });
    this.dots = new Instance(new Module(MODULE), { e: { m: this.#memory } }).exports.d;
  }

  get memory(): ArrayBuffer {
    return this.#memory.buffer;
  }

  take(bytes: number): number {
    const at = aligned(this.#taken);
    this.grow(at, bytes);
    return at;
  }

  grow(last: number, bytes: number): void {
    const missing = last + bytes - this.memory.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    this.#taken = last + bytes;
  }
}

/** The same in JavaScript, to the last bit. */
class PlainKernel implements Kernel {
  readonly simd = false;
  memory = new ArrayBuffer(PAGE);
  #taken = 16;

  take(bytes: number): number {
    const at = aligned(this.#taken);
    this.grow(at, bytes);
    return at;
  }

  grow(last: number, bytes: number): void {
    if (last + bytes > this.memory.byteLength) {
      const larger = new ArrayBuffer(last + bytes);
      new Uint8Array(larger).set(new Uint8Array(this.memory));
      this.memory = larger;
    }
    this.#taken = last + bytes;
  }

  dots(query: number, vectors: number, length: number, slots: number, count: number, results: number): void {
    const asked = new Int16Array(this.memory, query, length);
    const stored = new Int8Array(this.memory);
    const numbers = new Int32Array(this.memory, slots, count);
    const sums = new Int32Array(this.memory, results, count);
    for (let n = 0; n < count; n++) {
      const at = vectors + (numbers[n] as number) * length;
      let sum = 0;
      for (let i = 0; i < length; i++) sum += (asked[i] as number) * (stored[at + i] as number);
      sums[n] = sum;
    }
  }
}

function aligned(at: number): number {
  return Math.ceil(at / 16) * 16;
}
