import { LRUCache } from 'lru-cache';
import { Entry } from '../../src/cache/entry.ts';
import { createEviction, EVICTIONS, type EvictionName } from '../../src/cache/eviction/create-eviction.ts';
import type { Evictable } from '../../src/cache/eviction/eviction.ts';
import { MemoryLevel } from '../../src/cache/memory-level.ts';
import { Namespaces } from '../../src/cache/namespace.ts';
import { millionsPerCpuSecond } from './measure.ts';
import { type Figure, figure } from './report.ts';
import { offlineBound, type Trace, traces } from './traces.ts';

/** What each eviction saves on made-up traces, and what an access and a set take. */
export async function eviction(rounds: number): Promise<Figure[]> {
  const all = traces();
  const [zipf] = all;
  if (!zipf) throw new Error('There is no trace.');
  return [...(await sets(rounds)), ...(await accesses(zipf, rounds)), ...all.flatMap(savings)];
}

const KEYS = 10_000;
const ENTRIES = 4 * KEYS;
const PASSES = 5;
const LIMITS = { entries: KEYS, bytes: 1e9 };

/** Sets into an empty memory, over the same keys, and of keys that each push another one out. */
async function sets(rounds: number): Promise<Figure[]> {
  const namespace = new Namespaces().get('bench');
  const entries = (count: number) =>
    Array.from({ length: ENTRIES }, (_, i) => {
      const [bytes, ms] = [500 + ((i * 7919) % 1000), 1 + ((i * 31) % 50)];
      const fields = { namespace, stamp: 0, bytes, cost: { ms }, createdAt: 0, expiresAt: 0, value: i };
      return new Entry({ key: `bench:key-${i % count}`, variant: undefined, ...fields });
    });
  const [same, others] = [entries(KEYS), entries(ENTRIES)];
  const open = () => {
    const raw = new LRUCache<string, Entry<number>>({ max: LIMITS.entries, maxSize: LIMITS.bytes });
    const level = new MemoryLevel<number>(LIMITS, () => {});
    return {
      raw: (entry: Entry<number>) => void raw.set(entry.key, entry, { size: entry.bytes }),
      level: (entry: Entry<number>) => void level.set(entry),
    };
  };
  const kept = open();
  const full = open();
  const batches = Array.from({ length: ENTRIES / KEYS }, (_, i) => same.slice(i * KEYS, (i + 1) * KEYS));
  const contenders = (['raw', 'level'] as const).flatMap((which) => {
    const contender = (what: string, run: () => void) => ({
      name: `${which} ${what}`,
      operations: PASSES * ENTRIES,
      run() {
        for (let pass = 0; pass < PASSES; pass++) run();
      },
    });
    return [
      contender('fills', () => {
        for (const batch of batches) batch.forEach(open()[which]);
      }),
      contender('replaces', () => same.forEach(kept[which])),
      contender('evicts', () => others.forEach(full[which])),
    ];
  });
  const speed = await millionsPerCpuSecond(contenders, rounds);
  const budget = { text: '≥ 0.4 ×', holds: (_: number, ratio: number) => ratio >= 0.4 };
  return (['fills', 'replaces', 'evicts'] as const).flatMap((what) => {
    const value = (which: string) => speed.get(`${which} ${what}`) ?? Number.NaN;
    const reference = { name: 'lru-cache', value: value('raw') };
    return [
      figure(`memory set that ${what}, raw lru-cache`, reference.value, 'M/CPU-s'),
      figure(`memory set that ${what}`, value('level'), 'M/CPU-s', reference, budget),
    ];
  });
}

/** A read, and a set after a miss. */
async function accesses(trace: Trace, rounds: number): Promise<Figure[]> {
  const contenders = EVICTIONS.map((name) => ({
    name,
    operations: trace.reads.length,
    run: () => void replay(name, trace),
  }));
  const speed = await millionsPerCpuSecond(contenders, rounds);
  const micros = (name: EvictionName) => 1 / (speed.get(name) ?? Number.NaN);
  const lru = { name: 'lru', value: micros('lru') };
  const budget = { text: '≤ 0.6 µs', holds: (value: number) => value <= 0.6 };
  return EVICTIONS.map((name) => figure(`access on ${trace.name}, ${name}`, micros(name), 'µs', lru, budget));
}

function savings(trace: Trace): Figure[] {
  const wanted = trace.reads.reduce((sum, { cost }) => sum + cost.ms, 0);
  // Where nothing expires, ttl and lru-ttl are lru.
  const compared = EVICTIONS.filter((name) => name !== 'ttl' && name !== 'lru-ttl');
  const saved = compared.map((name) => ({ name, ...replay(name, trace) }));
  const lru = saved.find(({ name }) => name === 'lru');
  if (!lru) throw new Error('LRU was not replayed.');
  const row = (name: string, ms: number, hits: number, holds?: (value: number, ratio: number) => boolean) =>
    figure(
      `saved on ${trace.name}, ${name}`,
      (100 * ms) / wanted,
      `% of cost, ${((100 * hits) / trace.reads.length).toFixed(1)} % of reads`,
      lru.ms > 0 ? { name: 'lru', value: (100 * lru.ms) / wanted } : undefined,
      holds && { text: '≥ 1 ×', holds },
    );
  return [
    ...saved.map(({ name, ms, hits }) =>
      row(name, ms, hits, name === 'gdsf' ? (_, ratio) => lru.ms === 0 || ratio >= 1 : undefined),
    ),
    row(
      'offline bound',
      offlineBound(trace, ({ cost }) => cost.ms),
      offlineBound(trace, () => 1),
    ),
  ];
}

function replay(name: EvictionName, { reads, bytes }: Trace): { hits: number; ms: number } {
  const residents = createEviction<Evictable>(name, { entries: reads.length, bytes }, () => {});
  let hits = 0;
  let ms = 0;
  for (const item of reads) {
    if (residents.get(item.key) === undefined) residents.set(item);
    else {
      hits++;
      ms += item.cost.ms;
    }
  }
  return { hits, ms };
}
