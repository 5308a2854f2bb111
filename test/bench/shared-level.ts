import { createClient } from '@keyv/redis';
import { decode, encode } from '../../src/cache/codec.ts';
import { openSharedStore } from '../../src/cache/shared/open.ts';
import { SharedLevel } from '../../src/cache/shared/shared-level.ts';
import { isInstalled, Servers } from '../support/servers.ts';
import { median } from './measure.ts';
import { type Figure, figure } from './report.ts';

/** Type of RESP that holds values. */
const BLOB_STRING = 36;

/** Reads per round of each contender, in turns. */
const READS = 400;

/**
 * A result of 10 KB, as an outline is, on a Redis of this machine: by the level with all its checks,
 * against the bare client that gets and decodes the very same bytes, or gets them as plain text.
 */
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
  const encoded = Buffer.from(await encode(value));
  const bare = createClient({ url: `redis://127.0.0.1:${port}` });
  await bare.connect();
  await bare.set('json', json);
  await bare.set('encoded', encoded);
  const bytesOf = bare.withTypeMapping({ [BLOB_STRING]: Buffer });
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
    await level.put([{ key, variant, bytes: encoded, names, started: sequence }]);
    const count = (bytes: Uint8Array | null | undefined) => (bytes ? (decode(bytes) as unknown[]).length : 0);
    const contenders = {
      text: async () => ((await bare.get('json')) === json ? value.length : 0),
      decoded: async () => count(await bytesOf.get('encoded')),
      level: async () => {
        const [newest] = (await level.lookup([key])).found[0] ?? [];
        return count(newest && (await level.value(key, newest)));
      },
    };
    const times = { text: [] as number[], decoded: [] as number[], level: [] as number[] };
    for (let read = -READS; read < rounds * READS; read++) {
      for (const name of ['text', 'decoded', 'level'] as const) {
        const began = process.hrtime.bigint();
        if ((await contenders[name]()) !== value.length) throw new Error('The value did not come back.');
        if (read >= 0) times[name].push(Number(process.hrtime.bigint() - began) / 1000); // the first round warms up
      }
    }
    const text = { name: 'the bare client, as text', value: median(times.text) };
    const decoded = { name: 'the bare client, decoded', value: median(times.decoded) };
    const budget = { text: '≤ 1.3 ×', holds: (_: number, ratio: number) => ratio <= 1.3 };
    return [
      figure('shared 10 KB by the bare client, as text', text.value, 'µs'),
      figure('shared 10 KB by the bare client, decoded', decoded.value, 'µs', text),
      figure('shared level get, 10 KB', median(times.level), 'µs', decoded, budget),
      figure('shared level get, 10 KB', median(times.level), 'µs', text),
    ];
  } finally {
    await level.close();
    bare.destroy();
  }
}

/** Symbols of a file, about 10 KB as JSON. */
function outline() {
  return Array.from({ length: 150 }, (_, i) => ({
    name: `method${(i * 7919) % 1000}Of${['Reader', 'Writer', 'Index'][i % 3]}`,
    kind: ['function', 'class', 'method'][i % 3],
    line: i * 13 + 1,
    end: i * 13 + ((i * 31) % 11),
  }));
}
