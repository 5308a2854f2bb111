import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSanitiser } from '../../../src/cache/sensitive/sanitiser.ts';
import { SecretsHost } from '../../../src/cache/sensitive/secrets-host.ts';
import { temporaryFolder } from '../stores/worker.ts';
import { buildWorker } from './built-worker.ts';
import { Random } from './random.ts';

const github = `gh${'p_'}${new Random(3).word(36)}`;

/**
 * Answers as the scanner does, counts what it is asked, and fails on demand: texts say how. A file
 * for each start and each request shows what happened.
 */
const FAULTY = `
const { parentPort, resourceLimits } = require('node:worker_threads');
const { appendFileSync } = require('node:fs');
const log = (line) => appendFileSync(__dirname + '/log', line + '\\n');
log('start');
parentPort.on('message', ({ texts }) => {
  log('scan ' + texts.length);
  if (texts.includes('hang')) for (;;) { log('beat'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); }
  if (texts.includes('exit')) process.exit(3);
  if (texts.includes('throw')) throw new Error('out of order');
  if (texts.includes('eat')) { const eaten = []; for (;;) eaten.push(new Array(1e5).fill({})); }
  if (texts.includes('exit later')) setImmediate(() => process.exit(4));
  parentPort.postMessage({ scanned: texts.map((text) => text === 'limit' ? { findings: [{ rule: String(resourceLimits.maxOldGenerationSizeMb), start: 0, end: 1 }] } : text === 'fail' ? { problem: 'RangeError' } : { findings: [{ rule: text, start: 0, end: 1 }] }) });
});
parentPort.postMessage({ ready: true });
`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let real: string;
let host: SecretsHost | undefined;
const problems: Error[] = [];
const places: Awaited<ReturnType<typeof temporaryFolder>>[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  real = (await buildWorker(folder.folder)).worker;
});
beforeEach(() => {
  problems.length = 0;
});
afterEach(async () => {
  vi.restoreAllMocks();
  await host?.close();
  for (const { remove } of places.splice(0)) await remove();
});
afterAll(() => folder.remove());

async function open(options: { worker?: string; timeoutMs?: number; idleMs?: number } = {}) {
  const place = await temporaryFolder();
  places.push(place);
  const worker = join(place.folder, 'faulty.cjs');
  writeFileSync(worker, FAULTY);
  writeFileSync(join(place.folder, 'log'), '');
  host = new SecretsHost({
    worker,
    timeoutMs: 5_000,
    onProblem: (error) => problems.push(error),
    ...options,
  });
  return {
    host,
    log: () => readFileSync(join(place.folder, 'log'), 'utf8').split('\n').slice(0, -1),
  };
}

/** Moves the clock by which waiting is measured; timers run as they do. */
function passTime(ms: number): void {
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + ms);
}

const reasonOf = (scan: Promise<unknown>) =>
  scan.then(
    () => 'scanned',
    (error) => error.reason,
  );

describe('texts that are asked for together', () => {
  it('go in one request, and each gets its own answer', async () => {
    const { host, log } = await open();
    const answers = await Promise.all(['a', 'b', 'c'].map((text) => host.scan(text)));
    expect(answers.map(([finding]) => finding?.rule)).toEqual(['a', 'b', 'c']);
    expect(log()).toEqual(['start', 'scan 3']);
  });

  it('go in several when they are many or large', async () => {
    const { host, log } = await open();
    await Promise.all(Array.from({ length: 100 }, (_, i) => host.scan(String(i))));
    await Promise.all([host.scan('x'.repeat(300_000)), host.scan('y')]);
    expect(log()).toEqual(['start', 'scan 64', 'scan 36', 'scan 1', 'scan 1']);
  });

  it('do not share the fate of one that stops the scanner', async () => {
    const { host, log } = await open();
    const reasons = await Promise.all(
      ['a', 'exit', 'b', 'throw', 'c'].map((text) => reasonOf(host.scan(text))),
    );
    expect(reasons).toEqual(['scanned', 'crashed', 'scanned', 'crashed', 'scanned']);
    expect(log().filter((line) => line === 'start')).toHaveLength(4);
    expect(log().filter((line) => line.startsWith('scan'))).toEqual(['scan 5', ...Array(5).fill('scan 1')]);
  });

  it('do not share the failure of one', async () => {
    const { host } = await open();
    const reasons = await Promise.all(['a', 'fail', 'b'].map((text) => reasonOf(host.scan(text))));
    expect(reasons).toEqual(['scanned', 'crashed', 'scanned']);
  });
});

describe('a scanner that does not answer', () => {
  it('is ended after the time limit, and the next text gets another', async () => {
    const { host, log } = await open({ timeoutMs: 100 });
    await expect(host.scan('hang')).rejects.toMatchObject({
      reason: 'too-slow',
      message: 'The secret scanner ended: no answer within 100 ms.',
    });
    expect(await reasonOf(host.scan('a'))).toBe('scanned');
    expect(log().filter((line) => line !== 'beat')).toEqual(['start', 'scan 1', 'start', 'scan 1']);
    let beats = -1;
    await vi.waitFor(
      () => {
        const before = beats;
        beats = log().length;
        expect(beats).toBe(before);
      },
      { interval: 50 },
    );
  });

  it('lets those behind it wait no longer than the time limit', async () => {
    const { host } = await open({ timeoutMs: 100 });
    await host.scan('a');
    const stuck = reasonOf(host.scan('hang'));
    await Promise.resolve(); // it is on its way: those behind it are not asked together with it
    const behind = ['b', 'c'].map((text) => reasonOf(host.scan(text)));
    passTime(100);
    expect(await stuck).toBe('too-slow');
    expect(await Promise.all(behind)).toEqual(['busy', 'busy']);
    expect(await reasonOf(host.scan('d'))).toBe('scanned');
  });

  it('is the real one on a text that takes it longer', async () => {
    const { host } = await open({ worker: real, timeoutMs: 1 });
    await host.scan('warm').catch(() => {});
    expect(await reasonOf(host.scan(`authorization: ${'basic eyJ.- '.repeat(300_000)}`))).toBe('too-slow');
  });

  it('is ended when it eats memory', { timeout: 60_000 }, async () => {
    const { host } = await open({ timeoutMs: 50_000 });
    expect((await host.scan('limit'))[0]?.rule).toBe('256');
    await expect(host.scan('eat')).rejects.toMatchObject({ reason: 'crashed', message: /memory limit/ });
    expect(await reasonOf(host.scan('a'))).toBe('scanned');
  });
});

describe('a scanner that cannot start', () => {
  it('refuses everything, and is not started anew for each text', async () => {
    const { host } = await open({ worker: '/nowhere/secrets-worker.js' });
    await expect(host.scan('a')).rejects.toMatchObject({
      reason: 'crashed',
      message: expect.stringContaining('Cannot find module'),
    });
    await expect(host.scan('b')).rejects.toMatchObject({
      reason: 'crashed',
      message: 'The secret scanner could not start, and is not tried again yet.',
    });
  });

  it('is tried again later', async () => {
    const place = await temporaryFolder();
    places.push(place);
    const worker = join(place.folder, 'late.cjs');
    const { host } = await open({ worker });
    expect(await reasonOf(host.scan('a'))).toBe('crashed');
    writeFileSync(worker, FAULTY);
    expect(await reasonOf(host.scan('a'))).toBe('crashed');
    passTime(10_000);
    expect(await reasonOf(host.scan('a'))).toBe('scanned');
  });

  it('makes the sanitiser refuse, count, and say nothing of the value', async () => {
    const sanitiser = createSanitiser({
      worker: '/nowhere/secrets-worker.js',
      onProblem: (error) => problems.push(error),
    });
    await expect(sanitiser.sanitise({ token: github })).rejects.toMatchObject({ name: 'UncheckedError' });
    await expect(sanitiser.sanitiseText(github)).rejects.toMatchObject({ name: 'UncheckedError' });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain(github);
    await sanitiser.close();
  });
});

describe('a scanner that ends by itself while nobody waits', () => {
  it('is reported, and the next text gets another', async () => {
    const { host } = await open();
    await host.scan('exit later');
    await vi.waitUntil(() => problems.length > 0);
    expect(problems.map(String)).toEqual(['UncheckedError: The secret scanner ended: exit code 4.']);
    expect(await reasonOf(host.scan('a'))).toBe('scanned');
  });
});

describe('a scanner that is not needed', () => {
  it('is not started', async () => {
    const { host, log } = await open();
    await host.close();
    expect(log()).toEqual([]);
  });

  it('ends when it was idle, and starts again for the next text', async () => {
    const { host, log } = await open({ idleMs: 20 });
    await host.scan('a');
    await vi.waitFor(
      async () => {
        await host.scan('b');
        expect(log().filter((line) => line === 'start')).toHaveLength(2);
      },
      { interval: 100, timeout: 5_000 },
    );
    expect(problems).toEqual([]);
  });
});

describe('what waits', () => {
  it('is refused beyond a bound, so that memory does not grow', async () => {
    const { host } = await open();
    const large = 'x'.repeat(20 << 20);
    const first = reasonOf(host.scan(large));
    expect(await reasonOf(host.scan(large))).toBe('busy');
    expect(await first).toBe('scanned');
    expect(await reasonOf(host.scan(large))).toBe('scanned');
  });

  it('is refused when the cache is closed, also what is being scanned', async () => {
    const { host, log } = await open();
    await host.scan('a');
    const scanned = reasonOf(host.scan('hang'));
    await vi.waitUntil(() => log().includes('beat'));
    const waiting = reasonOf(host.scan('b'));
    await host.close();
    expect(await scanned).toBe('closed');
    expect(await waiting).toBe('closed');
    expect(await reasonOf(host.scan('c'))).toBe('closed');
    expect(problems).toEqual([]);
  });
});
