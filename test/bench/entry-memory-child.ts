// node --expose-gc entry-memory-child.ts LIBRARY ENTRIES over|with: prints the bytes that the entries take.
import { CONTESTANTS } from './contest.ts';

const [name, entries, counted] = process.argv.slice(2);
const contestant = CONTESTANTS.find((each) => each.name === name);
if (!contestant) throw new Error(`There is no library "${name}" in this benchmark.`);
const count = Number(entries);

let keys: string[] = [];
let values: object[] = [];
if (counted === 'over') make();
const before = used();
if (counted === 'with') make();
const library = contestant.open(count);
for (let i = 0; i < count; i++) await library.set(keys[i] as string, values[i] as object);
if (counted === 'with') {
  keys = [];
  values = [];
}
console.log(used() - before);
if ((await library.get('bench:key-7')) === undefined) throw new Error(`${name} did not keep its entries.`);
// Used to the end: what is measured against must not be collected before.
if (keys.length !== values.length) throw new Error('Keys and values differ in number.');

function make(): void {
  // Flat strings: a concatenated one would be made flat, and be counted, when it is first looked up.
  keys = Array.from({ length: count }, (_, i) => Buffer.from(`bench:key-${i}`).toString('latin1'));
  values = Array.from({ length: count }, (_, i) => ({ id: i }));
}

function used(): number {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
