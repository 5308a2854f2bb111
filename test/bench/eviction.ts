import { LRUCache } from 'lru-cache';
import { Entry } from '../../src/cache/entry.ts';
import { createResidents, EVICTIONS, type EvictionName } from '../../src/cache/eviction/create-eviction.ts';
import { type Evictable, OUT } from '../../src/cache/eviction/eviction.ts';
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

/**
 * Sets into an empty memory, over the same keys, and of keys that each push another one out. Both
 * sides hold by key, by count and by bytes: lru-cache alone, and the level with the Map that its owner keeps.
 */
async function sets(rounds: number): Promise<Figure[]> {
  const [news, same] = [entries(KEYS), entries(KEYS)];
  const others = entries(ENTRIES);
  const kept = open();
  const full = open();
  const batches = Array.from({ length: ENTRIES / KEYS }, (_, i) => news.slice(i * KEYS, (i + 1) * KEYS));
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
        for (const batch of batches) {
          for (const entry of batch) leave(entry);
          batch.forEach(open()[which]);
        }
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

/** As many entries as are set, of so many keys. */
function entries(keys: number): Entry<number>[] {
  const namespace = new Namespaces().get('bench');
  return Array.from({ length: ENTRIES }, (_, i) => {
    const [bytes, costMs] = [500 + ((i * 7919) % 1000), 1 + ((i * 31) % 50)];
    const fields = { namespace, stamp: 0, bytes, costMs, createdAt: 0, expiresAt: 0, value: i, on: 0 };
    return new Entry<number>({ key: `bench:key-${i % keys}`, ...fields });
  });
}

/** As if its level had never been. */
function leave(entry: Entry<number>): void {
  entry.slot = OUT;
  entry.namespace.room = undefined;
}

function open() {
  const raw = new LRUCache<string, Entry<number>>({ max: LIMITS.entries, maxSize: LIMITS.bytes });
  const index = new Map<string, Entry<number>>();
  const level = new MemoryLevel<number>(LIMITS, ({ key }) => index.delete(key));
  return {
    raw: (entry: Entry<number>) => void raw.set(entry.key, entry, { size: entry.bytes }),
    level(entry: Entry<number>) {
      const { key } = entry;
      const previous = index.get(key);
      if (level.set(entry, previous)) index.set(key, entry);
      else if (previous) index.delete(key);
    },
  };
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
  const wanted = trace.reads.reduce((sum, { costMs }) => sum + costMs, 0);
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
      offlineBound(trace, ({ costMs }) => costMs),
      offlineBound(trace, () => 1),
    ),
  ];
}

function replay(name: EvictionName, { reads, bytes }: Trace): { hits: number; ms: number } {
  const index = new Map<string, Evictable>();
  const residents = createResidents<Evictable>(name, { entries: reads.length, bytes }, ({ key }) =>
    index.delete(key),
  );
  let hits = 0;
  let ms = 0;
  for (const item of reads) {
    if (index.has(item.key)) {
      residents.touch(item);
      hits++;
      ms += item.costMs;
    } else if (residents.add(item)) index.set(item.key, item);
  }
  for (const item of index.values()) residents.remove(item);
  return { hits, ms };
}
