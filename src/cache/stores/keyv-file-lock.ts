import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StoreError } from './store.ts';

const RETRY_MS = 15;
/** No save takes this long: the owner was killed, or its machine slept, ms. */
const ABANDONED = 20_000;
/** The same for a lock without an owner: killed before it had written its name. */
const ABANDONED_EMPTY = 2_000;

/**
 * Runs `work` while no other process saves the same file. The library's own lock cannot be used:
 * it ends the process on SIGINT and refuses a second window altogether. Rejects with a StoreError
 * when the lock is not free within `waitMs`.
 */
export async function withLock<T>(file: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true });
  const lock = `${file}.lock`;
  const mine = `${process.pid}:${randomUUID()}`;
  const until = performance.now() + waitMs;
  while (!(await take(lock, mine))) {
    const left = await abandoned(lock);
    if (left !== undefined) await breakLock(lock, left);
    else if (performance.now() > until) {
      throw new StoreError('failed', `Another process keeps ${lock} for more than ${waitMs} ms.`);
    } else await pause(RETRY_MS);
  }
  try {
    return await work();
  } finally {
    if ((await owner(lock)) === mine) await rm(lock, { force: true });
  }
}

async function take(lock: string, mine: string): Promise<boolean> {
  try {
    await writeFile(lock, mine, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // On a full disk the file is there, but not its content: nobody could tell whose it is.
    if ((await owner(lock)) === '') await rm(lock, { force: true });
    throw error;
  }
}

/** The owner that will never release the lock; undefined when there may be a live one. */
async function abandoned(lock: string): Promise<string | undefined> {
  const holder = await owner(lock);
  if (holder === undefined) return undefined;
  const pid = Number(holder.split(':')[0]);
  if (pid > 0 && !alive(pid)) return holder;
  const held = await stat(lock).catch(() => undefined); // released meanwhile
  const limit = holder === '' ? ABANDONED_EMPTY : ABANDONED;
  return held !== undefined && Date.now() - held.mtimeMs > limit ? holder : undefined;
}

/** Renaming lets only one of several waiters remove it; a lock taken meanwhile is put back. */
async function breakLock(lock: string, left: string): Promise<void> {
  const broken = `${lock}.${randomUUID()}.tmp`;
  try {
    await rename(lock, broken);
    if ((await owner(broken)) !== left) await link(broken, lock);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    await rm(broken, { force: true });
  }
}

async function owner(lock: string): Promise<string | undefined> {
  try {
    return await readFile(lock, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
