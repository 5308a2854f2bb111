import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LRUCache } from 'lru-cache';
import { openEngine } from './engine.ts';
import { inFolder } from './folder.ts';
import { freshLoops } from './loops.ts';
import { type Contender, millionsPerCpuSecond, zipf } from './measure.ts';
import { neverComputed } from './memory-hit.ts';
import { openCache } from './ours.ts';
import { type Figure, figure } from './report.ts';

const KEYS = 10_000;
const DRAWS = 2 ** 18;
const OPERATIONS = 2_000_000;
const UNIT = 'M/CPU-s';
const ENGINE = 'the engine';
const BARE = 'the cache alone';
const RAW = 'lru-cache';

/** The hit of {@link memoryHit} as the extension serves it: with policies, statistics, samples for advice and the beat. */
export function engineHit(rounds: number): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const bundle = fileURLToPath(new URL('../../dist/', import.meta.url));
    const engine = await openEngine(folder, join(folder, 'storage'), bundle, 'off');
    try {
      const keys = Array.from({ length: KEYS }, (_, i) => `bench:key-${i}`);
      const value = (i: number) => ({
        id: i,
        text: 'x'.repeat(800),
        tags: ['a', 'b', 'c'],
        nested: { at: i },
      });
      const bare = openCache(2 * KEYS, folder);
      const raw = new LRUCache<string, object>({ max: 2 * KEYS });
      for (const [i, key] of keys.entries()) {
        await engine.workspace.set(key, value(i));
        await bare.set(key, value(i));
        raw.set(key, value(i));
      }
      const drawn = zipf(keys, DRAWS);
      const speeds = await millionsPerCpuSecond(
        [
          await contender(ENGINE, drawn, (key) => engine.workspace.get(key)),
          await contender(BARE, drawn, (key) => bare.get(key)),
          await contender(RAW, drawn, (key) => raw.get(key)),
        ],
        rounds,
      );
      return rows(speeds);
    } finally {
      await engine.close();
    }
  });
}

async function contender(
  name: string,
  drawn: readonly string[],
  get: (key: string) => unknown,
): Promise<Contender> {
  const { readAll, readAllAwaited } = await freshLoops();
  const awaited = name !== RAW;
  return {
    name,
    operations: OPERATIONS,
    async run() {
      const found = awaited
        ? await readAllAwaited(drawn, OPERATIONS, get, neverComputed)
        : readAll(drawn, OPERATIONS, get, neverComputed);
      if (found !== OPERATIONS) throw new Error(`${name} found ${found} of ${OPERATIONS}: that is no hit.`);
    },
  };
}

function rows(speeds: ReadonlyMap<string, number>): Figure[] {
  const speed = (name: string) => speeds.get(name) ?? Number.NaN;
  const of = (name: string) => ({ name, value: speed(name) });
  const what = 'memory hit through the engine, awaited get';
  return [
    figure(what, speed(ENGINE), UNIT, of(RAW), {
      text: '≥ 5 M/s and ≥ 0.18 ×',
      holds: (speed, ratio) => speed >= 5 && ratio >= 0.18,
    }),
    figure(what, speed(ENGINE), UNIT, of(BARE)),
  ];
}
