import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CONTESTANTS } from './contest.ts';
import { OURS, PEEK } from './ours.ts';
import { compared, type Figure, figure } from './report.ts';

const ENTRIES = 100_000;

/** Bytes that a small entry takes over its key and value, each library in a process of its own. */
export async function entryMemory(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name } of CONTESTANTS) {
    if (name === PEEK || name.endsWith('sync')) continue; // the same memory
    const bytes = await bytesPerEntry(name, 'over');
    const line = figure(
      `memory per small entry, ${name}`,
      bytes,
      'B',
      undefined,
      name === OURS ? AT_MOST : undefined,
    );
    figures.push(compared(line, name, 'B/entry'));
  }
  return figures;
}

const AT_MOST = { text: '≤ 120 B', holds: (bytes: number) => bytes <= 120 };

/** `over`: what the library adds to key and value; `with`: all of it. */
export async function bytesPerEntry(name: string, counted: 'over' | 'with'): Promise<number> {
  const child = fileURLToPath(new URL('entry-memory-child.ts', import.meta.url));
  const args = ['--expose-gc', '--disable-warning=ExperimentalWarning', child, name, `${ENTRIES}`, counted];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return Number(stdout) / ENTRIES;
}
