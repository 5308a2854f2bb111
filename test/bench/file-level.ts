import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { KeyvFile } from 'keyv-file';
import { decode, encode } from '../../src/cache/codec.ts';
import { FileLevel } from '../../src/cache/file-level.ts';
import { openDatabase, type StoreKind } from '../../src/cache/stores/open.ts';
import { type Figure, figure } from './report.ts';

/** Each is 10 KB as it is stored: text that deflates by a quarter. */
const VALUES = Array.from({ length: 200 }, () => ({ text: randomBytes(10_000).toString('base64') }));
const FULL = 50_000;
const SAMPLES = 2_000;

/** What is measured of a store; latencies in ms. */
interface Subject {
  set(key: string, value: unknown): Promise<void>;
  get(key: string): Promise<unknown>;
  /** What else it does on the host's thread: batches of these keys, upkeep. */
  work?(keys: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

interface Measured {
  readonly set: readonly number[];
  readonly get: readonly number[];
  readonly open: readonly number[];
  /** The longest turn of the event loop in a round, by its CPU time: others on the machine do not count. */
  readonly blocked: readonly number[];
}

/** The file level with 50,000 values of 10 KB, and the stores that were not made the default. */
export async function fileLevel(rounds: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'agent-cache-bench-file-'));
  try {
    const worker = join(folder, 'sqlite-worker.mjs');
    const entryPoints = ['src/cache/stores/sqlite-worker.ts'];
    await build({ entryPoints, outfile: worker, bundle: true, platform: 'node', format: 'esm' });
    const level = (kind: StoreKind, name: string) => () => openLevel(kind, join(folder, name), worker);
    const sqlite = await measure(level('sqlite', 'sqlite'), FULL, SAMPLES, rounds);
    const safe = await measure(level('keyv-file', 'safe'), 700, 20, rounds);
    const past = await measure(level('keyv-file', 'past'), 7_000, 5, Math.min(rounds, 3));
    const raw = await measure(() => rawKeyvFile(join(folder, 'raw.json'), false), 700, 20, rounds);
    const separated = await measure(() => rawKeyvFile(join(folder, 'separated'), true), 5_000, 200, rounds);
    return [
      ...figures(`file level, sqlite, ${FULL} × 10 KB`, sqlite, true),
      ...figures('file level, keyv-file, 700 × 10 KB', safe, false),
      ...figures('file level, keyv-file past its safe size, 7,000 × 10 KB', past, false),
      ...figures('raw keyv-file, 700 × 10 KB', raw, false),
      ...figures('raw keyv-file, separatedFile, 5,000 × 10 KB', separated, false),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function figures(name: string, { set, get, open, blocked }: Measured, budgets: boolean): Figure[] {
  const below = (ms: number) =>
    budgets ? { text: `< ${ms} ms`, holds: (value: number) => value < ms } : undefined;
  return [
    figure(`${name}: set p50`, percentile(set, 0.5), 'ms'),
    figure(`${name}: set p99`, percentile(set, 0.99), 'ms', undefined, below(5)),
    figure(`${name}: get p50`, percentile(get, 0.5), 'ms'),
    figure(`${name}: get p99`, percentile(get, 0.99), 'ms', undefined, below(1)),
    figure(`${name}: open and first get`, percentile(open, 0.5), 'ms', undefined, below(100)),
    figure(`${name}: host blocked`, percentile(blocked, 0.5), 'ms', undefined, below(16)),
  ];
}

async function measure(
  open: () => Promise<Subject>,
  entries: number,
  samples: number,
  rounds: number,
): Promise<Measured> {
  let subject = await open();
  const key = (i: number) => `bench:file-level:src/folder/file-${i}.ts`;
  const value = (i: number) => VALUES[i % VALUES.length];
  for (let from = 0; from < entries; from += 500) {
    const some = Array.from({ length: Math.min(500, entries - from) }, (_, i) => from + i);
    await Promise.all(some.map((i) => subject.set(key(i), value(i))));
  }
  const measured = {
    set: [] as number[],
    get: [] as number[],
    open: [] as number[],
    blocked: [] as number[],
  };
  const draw = () => Math.floor(Math.random() * entries);
  for (let round = -1; round < rounds; round++) {
    const into = round < 0 ? { set: [], get: [], open: [], blocked: [] } : measured; // the first round warms up
    const sample = async (count: number, times: { set: number[]; get: number[] }) => {
      for (let i = 0; i < count; i++) {
        const [old, other] = [draw(), draw()];
        times.set.push(await timed(() => subject.set(key(old), value(old + round))));
        times.get.push(await timed(() => subject.get(key(other)), true));
      }
    };
    await sample(samples, into);
    await subject.close();
    const reopen = async () => {
      subject = await open();
      return subject.get(key(draw()));
    };
    into.open.push(await timed(reopen, true));
    into.blocked.push(
      await longestTurn(async () => {
        await sample(Math.ceil(samples / 10), { set: [], get: [] });
        await subject.work?.(Array.from({ length: 500 }, () => key(draw())));
        await subject.close();
        await reopen();
      }),
    );
  }
  await subject.close();
  return measured;
}

/** ms of CPU time. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  let longest = 0;
  let last = process.threadCpuUsage();
  const turn = () => {
    const spent = process.threadCpuUsage(last);
    last = process.threadCpuUsage();
    longest = Math.max(longest, (spent.user + spent.system) / 1000);
    watching = setImmediate(turn);
  };
  let watching = setImmediate(turn);
  await work();
  await new Promise(setImmediate);
  clearImmediate(watching);
  return longest;
}

async function timed(work: () => Promise<unknown>, found = false): Promise<number> {
  const began = performance.now();
  const result = await work();
  const ms = performance.now() - began;
  if (found && result === undefined) throw new Error('Nothing was found: the benchmark measured misses.');
  return ms;
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** As the cache uses it, with encoding and decoding. */
async function openLevel(kind: StoreKind, folder: string, worker: string): Promise<Subject> {
  const onProblem = (error: Error) => {
    throw error;
  };
  const level = new FileLevel(openDatabase(kind, { folder, worker, onProblem }), onProblem, {
    limits: { maxBytes: 1 << 30 },
  });
  let createdAt = 0;
  return {
    async set(key, value) {
      const variant = {
        id: '0',
        stamp: { rests: ['on', key] },
        costMs: 1,
        createdAt: createdAt++,
        expiresAt: 0,
      };
      await level.put(key, variant, await encode(value), () => false);
    },
    async get(key) {
      const [variant] = await level.variants(key);
      const bytes = variant && (await level.value(key, variant));
      return bytes && decode(bytes);
    },
    async work(keys) {
      const known = await level.variantsMany(keys);
      const wanted = keys.flatMap((key, i) => (known[i]?.[0] ? [{ key, variant: known[i][0] }] : []));
      const values = await level.values(wanted);
      await level.putMany(
        wanted.map((one, i) => ({ ...one, bytes: values[i] ?? new Uint8Array(), alone: () => false })),
      );
      await level.tidy();
    },
    close: () => level.close(),
  };
}

async function rawKeyvFile(filename: string, separatedFile: boolean): Promise<Subject> {
  const deserialize = (text: string | Buffer) => JSON.parse(text.toString());
  const store = new KeyvFile({ filename, separatedFile, serialize: JSON.stringify, deserialize });
  return {
    set: async (key, value) => void (await store.set(key, value)),
    get: (key) => store.get(key),
    close: async () => {},
  };
}
