import { Slices } from '../../cache/slices.ts';
import type { FileId } from '../../freshness/context.ts';
import type { Names } from '../names/names.ts';
import type { ByFile } from '../workspace/parts.ts';

/** Shorter names, and those that more files define, say nothing about who uses whom. */
const SHORTEST = 3;
const MOST_DEFINERS = 20;

/**
 * Which files define and use which names. Files and names are numbers: the rows of file `f` are those
 * from `from[f]` up to `from[f + 1]`. Only names that some file defines are in it.
 */
export interface NameGraph {
  readonly files: readonly FileId[];
  readonly names: readonly string[];
  /** Of each name: how many files define it. */
  readonly definers: Uint32Array;
  readonly defines: Rows;
  /** Without the names that the file defines itself. */
  readonly uses: Rows;
}

interface Rows {
  readonly from: Uint32Array;
  readonly names: Uint32Array;
}

export async function nameGraph(all: ByFile<Names>): Promise<NameGraph> {
  const slices = new Slices();
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  const counts: number[] = [];
  for (const [, { defines }] of all) {
    for (const name of defines) {
      if (name.length < SHORTEST) continue;
      const known = numbers.get(name);
      if (known === undefined) {
        numbers.set(name, texts.length);
        texts.push(name);
        counts.push(1);
      } else counts[known] = (counts[known] as number) + 1;
    }
    if (slices.due) await slices.pause();
  }
  for (const [number, count] of counts.entries())
    if (count > MOST_DEFINERS) numbers.delete(texts[number] as string);

  const defines = new RowsBuilder(all, ({ defines }) => defines.length);
  const uses = new RowsBuilder(all, ({ uses }) => uses.length);
  /** The last file seen to define each name, counted from 1. */
  const definedIn = new Uint32Array(texts.length);
  for (const [file, [, names]] of all.entries()) {
    for (const name of names.defines) {
      const number = numbers.get(name);
      if (number === undefined) continue;
      definedIn[number] = file + 1;
      defines.add(number);
    }
    for (const name of names.uses) {
      const number = numbers.get(name);
      if (number !== undefined && definedIn[number] !== file + 1) uses.add(number);
    }
    defines.endFile();
    uses.endFile();
    if (slices.due) await slices.pause();
  }
  return {
    files: all.map(([path]) => path),
    names: texts,
    definers: Uint32Array.from(counts),
    defines: defines.rows,
    uses: uses.rows,
  };
}

class RowsBuilder {
  readonly #from: Uint32Array;
  readonly #names: Uint32Array;
  #file = 0;
  #length = 0;

  constructor(all: ByFile<Names>, most: (names: Names) => number) {
    this.#from = new Uint32Array(all.length + 1);
    this.#names = new Uint32Array(all.reduce((sum, [, names]) => sum + most(names), 0));
  }

  get rows(): Rows {
    return { from: this.#from, names: this.#names.subarray(0, this.#length) };
  }

  add(name: number): void {
    this.#names[this.#length++] = name;
  }

  endFile(): void {
    this.#from[++this.#file] = this.#length;
  }
}
