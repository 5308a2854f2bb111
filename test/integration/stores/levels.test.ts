import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encode } from '../../../src/cache/codec.ts';
import { FileLevel } from '../../../src/cache/file-level.ts';
import { exportSnapshot } from '../../../src/cache/snapshot/export.ts';
import { importSnapshot } from '../../../src/cache/snapshot/import.ts';
import { openKeyvFile } from '../../../src/cache/stores/keyv-file.ts';
import { openSqlite } from '../../../src/cache/stores/sqlite.ts';
import type { FileDatabase } from '../../../src/cache/stores/store.ts';
import { bundle, bundleWorker, temporaryFolder } from '../../unit/stores/worker.ts';
import { contentOf } from './numbers.ts';

const KILLS = Number(process.env.AGENT_CACHE_KILLS ?? 20);

let build: Awaited<ReturnType<typeof temporaryFolder>>;
let worker: string;
let script: string;
beforeAll(async () => {
  build = await temporaryFolder();
  [worker, script] = await Promise.all([
    bundleWorker(build.folder),
    bundle('test/integration/stores/level-process.ts', build.folder),
  ]);
});
afterAll(() => build.remove());

describe.each(['sqlite', 'keyv-file'] as const)('the file level on %s and several processes', (kind) => {
  let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
  let file: string;
  beforeEach(async () => {
    scratch = await temporaryFolder();
    file = path.join(scratch.folder, 'cache');
  });
  afterEach(() => scratch.remove());

  const unexpected = (error: Error) => expect.fail(`reported: ${error.message}`);
  const open = (): FileDatabase =>
    kind === 'sqlite'
      ? openSqlite({ file, worker, onProblem: unexpected })
      : openKeyvFile({ file, onProblem: unexpected });

  /** Runs a process, killed after so many lines; resolves to what it said. */
  async function run(what: string, parameter: string | number, killAfter = Number.POSITIVE_INFINITY) {
    const args = [script, kind, file, worker, what, String(parameter)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const exit = once(child, 'close');
    let complaints = '';
    child.stderr.on('data', (data) => {
      complaints += data;
    });
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      lines.push(line);
      // At any moment of its work, not only at those that follow an answer.
      if (lines.length === killAfter) setTimeout(() => child.kill('SIGKILL'), Math.random() * 15);
    }
    await exit;
    expect(complaints).toBe('');
    return lines;
  }

  /** Every value that a head names is there and right; resolves to the number of keys. */
  async function expectWhole(right: (key: string, bytes: Uint8Array, createdAt: number) => boolean) {
    const database = open();
    const level = new FileLevel(database, unexpected);
    const named: string[] = [];
    let keys = 0;
    await level.each(async (key, variants) => {
      keys++;
      for (const variant of variants) {
        named.push(`${key}#${variant.id}`);
        const bytes = await level.value(key, variant);
        expect(bytes && right(key, bytes, variant.createdAt), `${key}#${variant.id}`).toBe(true);
      }
    });
    const values: string[] = [];
    await database.eachKey('v', (rows) => void values.push(...rows.map(([key]) => key)));
    expect(values.sort()).toEqual(named.sort());
    await level.close();
    return keys;
  }

  it('counts to the last one', async () => {
    const [processes, each] = kind === 'sqlite' ? [4, 500] : [2, 25];
    const counted = await Promise.all(Array.from({ length: processes }, () => run('count', each)));
    const numbers = counted.flat().map(Number);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: processes * each }, (_, i) => i + 1));
    const level = new FileLevel(open(), unexpected);
    const [last] = await level.variants('test:n');
    const value = last && (await level.value('test:n', last));
    expect(Buffer.from(value ?? []).toString()).toBe(String(processes * each));
    await level.close();
  });

  it(`leaves nothing torn or loose in ${KILLS} kills while it writes and tidies`, {
    timeout: 30_000 + KILLS * 5_000,
  }, async () => {
    const right = (key: string, bytes: Uint8Array, version: number) =>
      contentOf(Number(key.slice(5)), version).equals(bytes);
    let version = 1;
    for (let round = 0; round < KILLS; round++) {
      const lines = await run('churn', version, 1 + Math.floor(Math.random() * 80));
      const puts = lines.filter((line) => line.startsWith('put'));
      version += puts.length + 2;
      expect(await expectWhole(right)).toBeLessThan(300);
    }
    console.info(`${kind}: ${KILLS} kills up to version ${version}`);
  });

  it('leaves nothing torn in kills while it imports, and imports the rest the next time', async () => {
    const source = new FileLevel(openKeyvFile({ file: `${file}.source`, onProblem: unexpected }), unexpected);
    const count = 1500;
    const bytes = await Promise.all(
      Array.from({ length: count }, (_, i) => encode({ text: `${i} `.repeat(100 + (i % 300)) })),
    );
    const variant = { id: 'a', stamp: {}, costMs: 1, createdAt: 1, expiresAt: 0 };
    await source.putMany(
      bytes.map((one, i) => ({ key: `test:${i}`, variant, bytes: one, alone: () => false })),
    );
    const snapshot = path.join(scratch.folder, 'snapshot.json');
    const exported = await exportSnapshot(source, { file: snapshot });
    const chunks = Math.ceil(exported.bytes / (128 * 1024)); // a line for each, in each of two passes
    await source.close();
    const right = (key: string, found: Uint8Array) =>
      Buffer.from(found).equals(bytes[Number(key.slice(5))] as Uint8Array);
    let before = 0;
    for (let round = 0; round < 5; round++) {
      await run('import', snapshot, chunks + 2 * round);
      const keys = await expectWhole(right);
      expect(keys).toBeGreaterThanOrEqual(before);
      before = keys;
    }
    const level = new FileLevel(open(), unexpected);
    expect(before).toBeGreaterThan(0);
    const { imported, skipped, problems } = await importSnapshot(level, snapshot);
    expect({ imported, skipped, problems }).toEqual({
      imported: count - before,
      skipped: before,
      problems: [],
    });
    await level.close();
    expect(await expectWhole(right)).toBe(count);
    console.info(`${kind}: killed after ${before} of ${count} imported entries`);
  });
});
