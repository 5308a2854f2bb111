import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../stores/worker.ts';
import { buildWorker } from './built-worker.ts';
import { Random } from './random.ts';

const run = promisify(execFile);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let built: Awaited<ReturnType<typeof buildWorker>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  built = await buildWorker(folder.folder);
});
afterAll(() => folder.remove());

describe('the bundled worker', () => {
  it('needs nothing beside Node, and little room', () => {
    expect(built.imports.filter((name) => !isBuiltin(name))).toEqual([]);
    expect(built.bytes).toBeLessThan(150_000);
  });

  it('reads no file but itself, not even one that a value names', async () => {
    const script = join(folder.folder, 'main.mjs');
    const secret = `gh${'p_'}${new Random(5).word(36)}`;
    writeFileSync(
      script,
      `import { Worker } from 'node:worker_threads';
      const worker = new Worker(${JSON.stringify(built.worker)});
      worker.on('message', (message) => {
        if ('ready' in message) return worker.postMessage({ texts: ['/etc/key.p12 .npmrc package.json', ${JSON.stringify(secret)}] });
        console.log(JSON.stringify(message));
        worker.terminate();
      });`,
    );
    const permitted = [
      '--permission',
      '--allow-worker',
      `--allow-fs-read=${script}`,
      `--allow-fs-read=${built.worker}`,
    ];
    const { stdout } = await run(process.execPath, [
      '--disable-warning=SecurityWarning',
      ...permitted,
      script,
    ]);
    expect(JSON.parse(stdout)).toEqual({
      scanned: [{ findings: [] }, { findings: [{ rule: 'github-token', start: 0, end: 40 }] }],
    });
  });
});
