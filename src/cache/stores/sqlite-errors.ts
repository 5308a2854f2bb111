import { accessSync, constants, statfsSync } from 'node:fs';
import path from 'node:path';
import { StoreError } from './store.ts';

/** Primary result codes, https://www.sqlite.org/rescode.html */
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
const BUSY = 5;

/** Below this a full disk is the likeliest cause of an input/output error. */
const FEW_BYTES = 256 * 1024;

/** SQLite's primary result code, undefined for an error of another origin. */
function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

export function isBusy(error: unknown): boolean {
  return resultCode(error) === BUSY;
}

/** Says in one sentence what went wrong with the database file. */
export function storeError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  const name = path.basename(file);
  const cause = { cause: error };
  const detail = error instanceof Error ? error.message : String(error);
  const folder = path.dirname(file);
  switch (resultCode(error)) {
    case FULL:
      return new StoreError('full', `The disk with the cache file ${name} is full.`, cause);
    case READONLY:
      return new StoreError('readonly', `The cache file ${name} cannot be written.`, cause);
    case CORRUPT:
    case NOTADB:
      return new StoreError('corrupt', `The cache file ${name} is damaged: ${detail}.`, cause);
    case BUSY:
      return new StoreError('failed', `Another process keeps the cache file ${name} locked.`, cause);
    case IOERR:
    case CANTOPEN:
    case undefined:
      if (!writable(folder))
        return new StoreError('readonly', `The folder ${folder} cannot be written.`, cause);
      if (full(folder)) return new StoreError('full', `The disk with the cache file ${name} is full.`, cause);
  }
  return new StoreError('failed', `The cache file ${name} failed: ${detail}.`, cause);
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code !== 'EROFS' && code !== 'EACCES' && code !== 'EPERM';
  }
}

function full(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < FEW_BYTES;
  } catch {
    return false; // no such folder: not for lack of space
  }
}
