import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Block } from '../../../../src/freshness/fingerprint-index/index-block.ts';
import { readIndex } from '../../../../src/freshness/fingerprint-index/index-file.ts';
import { temporaryFolder, write } from '../../../support/workspace.ts';
import { opened, rested } from './opened.ts';

vi.setConfig({ testTimeout: 60_000 }); // real files and threads, on a machine that may be loaded

const ROOT = '/project';
const KILLS = 25;

/** Writes an index over and over, of records that all carry the number of the writer's round. */
const WRITER = `
  import { writeIndex } from './src/freshness/fingerprint-index/index-file.ts';
  const [file, first] = process.argv.slice(2);
  const digest = 'A'.repeat(22);
  for (let round = Number(first); ; round++) {
    const known = { kind: 'file', mtimeMs: round, ctimeMs: round, size: round, ino: round, at: round, digest };
    await writeIndex(file, ${JSON.stringify(ROOT)}, Array.from({ length: 3000 }, (_, i) => ['f' + i, known]));
    process.stdout.write(round + '\\n');
  }`;

let scratch: string;
let writer: string;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'agent-cache-'));
  const outfile = join(scratch, 'writer.mjs');
  const stdin = { contents: WRITER, resolveDir: process.cwd(), loader: 'ts' as const };
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm' });
  writer = outfile;
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function start(file: string, first: number): ChildProcess {
  const child = spawn(process.execPath, [writer, file, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** The round of which the index is; throws when its records are not all of one. */
async function roundOf(file: string): Promise<number> {
  const index = await readIndex(file, ROOT, 10_000);
  const rounds = new Set<number>();
  let count = 0;
  for (const [offset, length] of index?.blocks ?? []) {
    const block = new Block(index?.bytes as SharedArrayBuffer, offset, length);
    for (let i = 0; i < block.count; i++, count++) rounds.add(block.known(i).at);
  }
  expect(count).toBe(3000);
  expect(rounds.size).toBe(1);
  return [...rounds][0] as number;
}

describe('the index file and several processes', () => {
  it(`is whole after each of ${KILLS} kills while it was written, and no older than what was acknowledged`, {
    timeout: 120_000,
  }, async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'fingerprints.bin');
    let first = 1;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = start(file, first);
      let lines = '';
      child.stdout?.on('data', (data) => {
        lines += data;
      });
      await once(child.stdout as NodeJS.ReadableStream, 'data');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      child.kill('SIGKILL');
      await once(child, 'close');
      const acknowledged = Number(lines.trim().split('\n').at(-1));
      const found = await roundOf(file);
      expect(found).toBeGreaterThanOrEqual(acknowledged);
      first = found + 1;
    }
  });

  it('is of one of two that write at once, never of both', { timeout: 60_000 }, async () => {
    const file = join(temporaryFolder(), 'fingerprints.bin');
    const [one, two] = [start(file, 1), start(file, 1_000_001)];
    await Promise.all([one, two].map((child) => once(child.stdout as NodeJS.ReadableStream, 'data')));
    const seen = new Set<boolean>();
    for (let i = 0; i < 60; i++) seen.add((await roundOf(file)) > 1_000_000);
    one.kill('SIGKILL');
    two.kill('SIGKILL');
    await Promise.all([one, two].map((child) => once(child, 'close')));
    expect(seen.size).toBeGreaterThan(0);
    await roundOf(file);
  });
});

describe('a disk that is full', () => {
  it('keeps the index that was there, which is told, and is written again when there is room', async (context) => {
    const folder = temporaryFolder();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]).status === 0;
    if (!mounted) return context.skip('mounting a small tmpfs needs root');
    onTestFinished(() => void spawnSync('umount', [folder]));
    const root = temporaryFolder();
    const file = join(folder, 'fingerprints.bin');
    const paths = Array.from({ length: 1000 }, (_, i) => `f${i}.txt`);
    for (const path of paths) write(root, path, path);
    await rested();
    await opened(root, file).know(['f0.txt']);
    const before = readFileSync(file);
    writeFileSync(join(folder, 'filler'), Buffer.alloc(200 << 10));
    const full = opened(root, file);
    await full.know(paths);
    expect(full.problems).toEqual([expect.stringContaining('ENOSPC')]);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['filler', 'fingerprints.bin']);
    rmSync(join(folder, 'filler'));
    await full.index.save();
    expect(full.problems).toHaveLength(1);
    expect(await opened(root, file).index.load()).toMatchObject({ paths: 1000, changed: 0 });
  });
});
