import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { FolderDisk } from '../../src/freshness/disk.ts';
import { FingerprintIndex } from '../../src/freshness/fingerprint-index/fingerprint-index.ts';
import { OffThread } from '../../src/freshness/fingerprint-index/off-thread.ts';
import { Fingerprints } from '../../src/freshness/fingerprints.ts';
import { inFolder } from './folder.ts';
import { median } from './measure.ts';
import { type Figure, figure } from './report.ts';

const SIZES = [10_000, 50_000];
const CHANGED = [0, 100, 5_000];
/** So many that the worker is asked for their stats. */
const TO_START_IT = Array.from({ length: 300 }, () => '');

/** Finding out after a restart what changed while closed, against `git status` on the same folder. */
export async function restartCheck(rounds: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const size of SIZES) figures.push(...(await inFolder((folder) => measure(folder, size, rounds))));
  return figures;
}

async function measure(folder: string, size: number, rounds: number): Promise<Figure[]> {
  const worker = join(folder, 'fingerprint-worker.mjs');
  const entryPoints = ['src/freshness/fingerprint-index/fingerprint-worker.ts'];
  await build({ entryPoints, outfile: worker, bundle: true, minify: true, platform: 'node', format: 'esm' });
  const root = join(folder, 'project');
  const files = plant(root, size);
  await new Promise((resolve) => setTimeout(resolve, 500)); // what was just written is not trusted, by git neither
  const open = () => openIndex(root, join(folder, 'fingerprints.bin'), worker);
  const first = open();
  await first.index.load();
  for (const path of [...foldersOf(files), ...files]) await first.fingerprints.settle(path);
  await first.index.close();
  first.offThread.close();

  const figures: Figure[] = [];
  let edited = 0;
  for (const changed of CHANGED) {
    for (; edited < changed; edited++) {
      const path = files[(edited * 7919) % files.length] as string;
      writeFileSync(join(root, path), `export const edited = ${edited};\n`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    figures.push(...(await compare(root, open, size, changed, rounds)));
  }
  return figures;
}

async function compare(
  root: string,
  open: () => ReturnType<typeof openIndex>,
  size: number,
  changed: number,
  rounds: number,
): Promise<Figure[]> {
  const times = { cold: [] as number[], warm: [] as number[], git: [] as number[], turn: [] as number[] };
  for (let round = -1; round < rounds; round++) {
    const into = round < 0 ? { cold: [], warm: [], git: [], turn: [] } : times; // the first round warms up
    into.git.push(gitStatus(root));
    globalThis.gc?.();
    into.cold.push(await load(open(), changed));
    const started = open();
    await started.offThread.stat(TO_START_IT);
    into.warm.push(await load(started, changed));
    globalThis.gc?.();
    into.turn.push(await longestTurn(() => load(open(), changed)));
  }
  const name = `check after a restart, ${size} files, ${changed} changed`;
  const git = { name: 'git status', value: median(times.git) };
  const budget = { text: '≤ 1 ×', holds: (_: number, ratio: number) => ratio <= 1 };
  const block = { text: '< 16 ms', holds: (value: number) => value < 16 };
  return [
    figure(`${name}: git status`, git.value, 'ms'),
    figure(`${name}, the worker's start included`, median(times.cold), 'ms', git, budget),
    figure(`${name}, with the worker started`, median(times.warm), 'ms', git),
    figure(`${name}: host blocked`, median(times.turn), 'ms', undefined, block),
  ];
}

/** ms from the call until everything is known. */
async function load(
  { index, offThread, fingerprints, problems }: ReturnType<typeof openIndex>,
  changed: number,
): Promise<number> {
  const began = performance.now();
  const report = await index.load();
  const ms = performance.now() - began;
  if (report.changed !== changed || problems.length > 0 || fingerprints.reads > changed) {
    throw new Error(`Not what was to be measured: ${JSON.stringify({ report, problems })}`);
  }
  offThread.close();
  return ms;
}

function openIndex(root: string, file: string, worker: string) {
  const problems: string[] = [];
  const problem = (error: Error) => void problems.push(error.message);
  const disk = new FolderDisk(root);
  const fingerprints = new Fingerprints(disk);
  const offThread = new OffThread({ root, disk, worker, problem });
  const index = new FingerprintIndex(fingerprints, {
    file,
    root,
    disk,
    offThread,
    everyMs: 2 ** 31 - 1, // the index stays as it was before the changes
    problem,
    moved: () => {},
  });
  return { index, offThread, fingerprints, problems };
}

function gitStatus(root: string): number {
  const began = performance.now();
  const { status } = spawnSync('git', ['status', '--porcelain'], { cwd: root, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error('git status failed.');
  return performance.now() - began;
}

/** The longest turn of the event loop, ms of this thread's CPU time: others on the machine do not count. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
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
  clearImmediate(watching);
  return longest;
}

/** A repository of packages with sources of 0.3 to 6 KB, nine to a folder; returns their paths. */
function plant(root: string, size: number): string[] {
  const files: string[] = [];
  for (let part = 0; files.length < size; part++) {
    const kind = ['src', 'test', 'lib'][Math.floor(part / 18) % 3];
    const folder = `packages/package-${Math.floor(part / 54)}/${kind}/module-${part % 6}/part-${part % 18}`;
    for (let i = 0; i < 9 && files.length < size; i++) files.push(`${folder}/component-${i}.ts`);
  }
  for (const [i, path] of files.entries()) {
    if (i % 9 === 0) mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), `export const value${i} = ${i};\n`.repeat(10 + (i % 180)));
  }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'ignore' });
  git('init', '-q');
  git('add', '-A');
  git('-c', 'user.name=bench', '-c', 'user.email=bench@localhost', 'commit', '-q', '-m', 'all');
  git('status');
  return files;
}

function foldersOf(files: readonly string[]): Set<string> {
  const folders = new Set(['']);
  for (const file of files) {
    for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1))
      folders.add(file.slice(0, at));
  }
  return folders;
}
