import { createClient } from '@keyv/redis';
import { decode, encode } from '../../src/cache/codec.ts';
import { openSharedStore } from '../../src/cache/shared/open.ts';
import { SharedLevel } from '../../src/cache/shared/shared-level.ts';
import { isInstalled, Servers } from '../support/servers.ts';
import { median } from './measure.ts';
import { type Figure, figure } from './report.ts';

/** Reads per round of each contender, in turns. */
const READS = 400;

/** A result of 10 KB, as an outline is, on a Redis of this machine: with all checks, and by the bare client. */
export async function sharedLevel(rounds: number): Promise<Figure[]> {
  if (!isInstalled('redis-server'))
    throw new Error('The shared level is measured on a redis-server: install one.');
  const servers = new Servers();
  try {
    return await measure((await servers.redis()).port, rounds);
  } finally {
    await servers.stop();
  }
}

async function measure(port: number, rounds: number): Promise<Figure[]> {
  const value = outline();
  const json = JSON.stringify(value);
  const bare = createClient({ url: `redis://127.0.0.1:${port}` });
  await bare.connect();
  await bare.set('bare', json);
  const store = openSharedStore({ kind: 'redis', port, project: 'bench', requestMs: 10_000 });
  const problem = (error: Error) => {
    throw error;
  };
  const level = new SharedLevel(store, { problem, matches: () => false });
  try {
    while (level.state.state !== 'up') await new Promise((resolve) => setTimeout(resolve, 5));
    const key = 'bench:outline';
    const { sequence } = await level.lookup([key]);
    const variant = { id: 'v', stamp: { d: ['src/a.ts'] }, costMs: 1, createdAt: Date.now(), expiresAt: 0 };
    const names = ['*', 'namespace bench', `key ${key}`, 'tag src', 'file src/a.ts'];
    await level.put([{ key, variant, bytes: await encode(value), names, started: sequence }]);
    const contenders = {
      bare: async () => (await bare.get('bare')) === json,
      parsed: async () => JSON.parse((await bare.get('bare')) ?? '').length === value.length,
      level: async () => {
        const [newest] = (await level.lookup([key])).found[0] ?? [];
        const bytes = newest && (await level.value(key, newest));
        return bytes !== undefined && (decode(bytes) as unknown[]).length === value.length;
      },
    };
    const times = { bare: [] as number[], parsed: [] as number[], level: [] as number[] };
    for (let read = -READS; read < rounds * READS; read++) {
      for (const [name, get] of Object.entries(contenders) as [
        keyof typeof times,
        () => Promise<boolean>,
      ][]) {
        const began = process.hrtime.bigint();
        if (!(await get())) throw new Error('The value did not come back.');
        if (read >= 0) times[name].push(Number(process.hrtime.bigint() - began) / 1000); // the first round warms up
      }
    }
    const reference = { name: 'the bare client', value: median(times.bare) };
    const budget = { text: '≤ 1.3 ×', holds: (_: number, ratio: number) => ratio <= 1.3 };
    return [
      figure('shared level, 10 KB by the bare client', reference.value, 'µs'),
      figure('shared level, the same and JSON.parse', median(times.parsed), 'µs', reference),
      figure('shared level get, 10 KB', median(times.level), 'µs', reference, budget),
    ];
  } finally {
    await level.close();
    bare.destroy();
  }
}

/** Symbols of a file, about 10 KB as JSON. */
function outline() {
  return Array.from({ length: 110 }, (_, i) => ({
    name: `method${(i * 7919) % 1000}Of${['Reader', 'Writer', 'Index'][i % 3]}`,
    kind: ['function', 'class', 'method'][i % 3],
    line: i * 13 + 1,
    end: i * 13 + ((i * 31) % 11),
  }));
}
