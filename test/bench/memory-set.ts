import { openAll } from './contest.ts';
import { freshLoops } from './loops.ts';
import { type Contender, millionsPerCpuSecond, zipf } from './measure.ts';
import { beside } from './memory-hit.ts';
import { PEEK } from './ours.ts';
import type { Figure } from './report.ts';

const KEYS = 10_000;
const DRAWS = 2 ** 18;

/** A set through the front door that replaces, in memory alone; what a caller has to await is awaited. */
export async function memorySet(rounds: number): Promise<Figure[]> {
  const keys = Array.from({ length: KEYS }, (_, i) => `bench:key-${i}`);
  const drawn = zipf(keys, DRAWS);
  const values = Array.from({ length: 64 }, (_, i) => ({ id: i, text: 'x'.repeat(800), tags: ['a', 'b'] }));
  const rivals = openAll(KEYS).filter(({ name }) => name !== PEEK && name !== 'layered-loader, sync');
  const contenders: Contender[] = [];
  for (const { name, operations, library } of rivals) {
    const { writeAll, writeAllAwaited } = await freshLoops();
    const { set } = library;
    for (const key of keys) await set(key, values[0] as object);
    const awaited = set(keys[0] as string, values[0] as object) instanceof Promise;
    contenders.push({
      name,
      operations,
      run: () =>
        awaited ? writeAllAwaited(drawn, values, operations, set) : writeAll(drawn, values, operations, set),
    });
  }
  const speeds = await millionsPerCpuSecond(contenders, rounds);
  for (const { library } of rivals) await library.close?.();
  return beside('set', speeds);
}
