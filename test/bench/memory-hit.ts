import { openAll, type Rival } from './contest.ts';
import { freshLoops } from './loops.ts';
import { type Contender, millionsPerCpuSecond, zipf } from './measure.ts';
import { OURS, PEEK } from './ours.ts';
import { compared, type Figure, figure } from './report.ts';

const KEYS = 10_000;
const DRAWS = 2 ** 18;
const UNIT = 'M/CPU-s';

/** A hit in memory, 10,000 keys by Zipf 0.99, values of about 890 B, beside the libraries people use. */
export async function memoryHit(rounds: number): Promise<Figure[]> {
  const keys = Array.from({ length: KEYS }, (_, i) => `bench:key-${i}`);
  const value = (i: number) => ({ id: i, text: 'x'.repeat(800), tags: ['a', 'b', 'c'], nested: { at: i } });
  const rivals = openAll(2 * KEYS); // one of them has other keys for a set than for a computation
  for (const { library } of rivals) {
    for (const [i, key] of keys.entries()) {
      await library.set(key, value(i));
      await library.getOrCompute?.(key, async () => value(i));
    }
  }
  const drawn = zipf(keys, DRAWS);
  const hits = await speeds(rivals, 'get', drawn, rounds);
  const computed = await speeds(rivals, 'getOrCompute', drawn, rounds);
  for (const { library } of rivals) await library.close?.();
  const of = (name: string) => ({ name, value: hits.get(name) ?? Number.NaN });
  return [
    figure('memory hit, peek', of(PEEK).value, UNIT, of('lru-cache'), {
      text: '≥ 15 M/s and ≥ 0.5 ×',
      holds: (speed, ratio) => speed >= 15 && ratio >= 0.5,
    }),
    figure('memory hit, awaited get', of(OURS).value, UNIT, of('lru-cache'), {
      text: '≥ 5 M/s and ≥ 0.18 ×',
      holds: (speed, ratio) => speed >= 5 && ratio >= 0.18,
    }),
    figure('memory hit, awaited get', of(OURS).value, UNIT, of('bentocache'), {
      text: '≥ 8 ×',
      holds: (_, ratio) => ratio >= 8,
    }),
    figure('memory hit, awaited get', of(OURS).value, UNIT, of('layered-loader'), {
      text: '> 1 ×',
      holds: (_, ratio) => ratio > 1,
    }),
    ...beside('get hit', hits),
    ...beside('getOrCompute hit', computed),
  ];
}

/** One line a library, in M/CPU-s, beside raw lru-cache. */
export function beside(what: string, speeds: ReadonlyMap<string, number>): Figure[] {
  const reference = { name: 'lru-cache', value: speeds.get('lru-cache') ?? Number.NaN };
  return [...speeds].map(([name, speed]) =>
    compared(
      figure(`${what}, ${name}`, speed, UNIT, name === reference.name ? undefined : reference),
      name,
      `${what}, ${UNIT}`,
    ),
  );
}

async function speeds(
  rivals: readonly Rival[],
  way: 'get' | 'getOrCompute',
  drawn: readonly string[],
  rounds: number,
): Promise<ReadonlyMap<string, number>> {
  const contenders: Contender[] = [];
  for (const { name, operations, library } of rivals) {
    const read = library[way];
    if (!read) continue;
    const { readAll, readAllAwaited } = await freshLoops();
    const awaited = read(drawn[0] as string, neverComputed) instanceof Promise;
    contenders.push({
      name,
      operations,
      async run() {
        const found = awaited
          ? await readAllAwaited(drawn, operations, read, neverComputed)
          : readAll(drawn, operations, read, neverComputed);
        if (found !== operations) throw new Error(`${name} found ${found} of ${operations}: that is no hit.`);
      },
    });
  }
  return millionsPerCpuSecond(contenders, rounds);
}

export async function neverComputed(): Promise<never> {
  throw new Error('A hit was computed.');
}
