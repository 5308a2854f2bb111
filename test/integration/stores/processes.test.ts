import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openKeyvFile } from '../../../src/cache/stores/keyv-file.ts';
import { openSqlite } from '../../../src/cache/stores/sqlite.ts';
import { bundle, bundleWorker, temporaryFolder } from '../../unit/stores/worker.ts';
import { readSlots } from './slots.ts';

const KILLS = Number(process.env.AGENT_CACHE_KILLS ?? 20);
const MANY = 1_000_000;

let build: Awaited<ReturnType<typeof temporaryFolder>>;
let worker: string;
let writer: string;
beforeAll(async () => {
  build = await temporaryFolder();
  [worker, writer] = await Promise.all([
    bundleWorker(build.folder),
    bundle('test/integration/stores/writer.ts', build.folder),
  ]);
});
afterAll(() => build.remove());

describe.each(['sqlite', 'keyv-file'] as const)('%s and several processes', (kind) => {
  let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
  let file: string;
  beforeEach(async () => {
    scratch = await temporaryFolder();
    file = path.join(scratch.folder, 'cache');
  });
  afterEach(() => scratch.remove());

  const open = () => {
    const onProblem = (error: Error) => expect.fail(`reported: ${error.message}`);
    return kind === 'sqlite' ? openSqlite({ file, worker, onProblem }) : openKeyvFile({ file, onProblem });
  };

  /** Runs a writer, ended from outside after so many acknowledged writes; resolves to the last version by slot. */
  async function run(
    firstSlot: number,
    firstVersion: number,
    count: number,
    killAfter = Number.POSITIVE_INFINITY,
  ) {
    const args = [writer, kind, file, worker, firstSlot, firstVersion, count].map(String);
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const exit = once(child, 'close');
    let complaints = '';
    child.stderr.on('data', (data) => {
      complaints += data;
    });
    const acknowledged = new Map<string, number>();
    let lines = 0;
    for await (const line of createInterface(child.stdout)) {
      const [slot = '', version] = line.split(' ');
      acknowledged.set(slot, Number(version));
      // At any moment of a write, not only at those that follow an answer.
      if (++lines === killAfter) setTimeout(() => child.kill('SIGKILL'), Math.random() * 30);
    }
    const [code, signal] = await exit;
    expect(complaints).toBe('');
    expect({ code, signal }).toEqual(
      killAfter === Number.POSITIVE_INFINITY ? { code: 0, signal: null } : { code: null, signal: 'SIGKILL' },
    );
    return { acknowledged, lines };
  }

  it(`tears nothing and loses nothing acknowledged in ${KILLS} kills`, {
    timeout: 30_000 + KILLS * 5_000,
  }, async () => {
    const ballast = open(); // so that a save of the whole file takes its time
    await ballast.commit(
      Array.from({ length: 200 }, (_, index) => ({
        namespace: 'ballast',
        key: String(index),
        value: Buffer.alloc(10_000),
      })),
    );
    await ballast.close();
    let version = 1;
    let writes = 0;
    for (let round = 0; round < KILLS; round++) {
      const { acknowledged, lines } = await run(0, version, MANY, 1 + Math.floor(Math.random() * 400));
      writes += lines;
      const database = open();
      const slots = await readSlots(database);
      await database.close();
      for (const [slot, last] of acknowledged) expect(slots.get(slot), slot).toBeGreaterThanOrEqual(last);
      version = Math.max(version, ...slots.values()) + 1;
      // The next writer removes the version before its first one: bring every slot to that.
      const level = await run(0, version, 1);
      expect(level.lines).toBe(8);
      await removeOld(slots, version);
      version += 1;
    }
    console.info(`${kind}: ${KILLS} kills, ${writes} acknowledged writes, none lost or torn`);
  });

  it('loses nothing when two processes write at once', async () => {
    const count = kind === 'sqlite' ? 200 : 30;
    await Promise.all([run(0, 1, count), run(100, 1, count)]);
    const database = open();
    const slots = await readSlots(database);
    await database.close();
    expect(slots.size).toBe(16);
    expect(new Set(slots.values())).toEqual(new Set([count]));
  });

  /** Values of versions that the levelling writer could not know of. */
  async function removeOld(slots: ReadonlyMap<string, number>, version: number): Promise<void> {
    const database = open();
    const old = [...slots].filter(([, last]) => last !== version - 1);
    await database.commit(old.map(([slot, last]) => ({ namespace: 'v', key: `${slot}#${last}` })));
    await database.close();
  }
});
