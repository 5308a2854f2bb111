import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import { openDatabase, type StoreKind } from '../../src/cache/stores/open.ts';
import type { FileDatabase } from '../../src/cache/stores/store.ts';

let bundled: Promise<string> | undefined;

/** The SQLite worker, bundled as it ships, once per test file. */
function workerFile(): Promise<string> {
  bundled ??= (async () => {
    const outfile = join(mkdtempSync(join(tmpdir(), 'agent-cache-worker-')), 'sqlite-worker.mjs');
    const entryPoints = ['src/cache/stores/sqlite-worker.ts'];
    await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm' });
    return outfile;
  })();
  return bundled;
}

/** A real database in a folder; closed at the end of the test, a problem of its own fails the test. */
export async function databaseIn(folder: string, kind: StoreKind = 'sqlite'): Promise<FileDatabase> {
  const database = await unclosedDatabaseIn(folder, kind);
  onTestFinished(() => database.close());
  return database;
}

/** The same for a test that opens thousands and closes them itself. */
export async function unclosedDatabaseIn(folder: string, kind: StoreKind = 'sqlite'): Promise<FileDatabase> {
  const worker = await workerFile();
  const onProblem = (error: Error) => {
    throw error;
  };
  return openDatabase(kind, { folder, worker, onProblem });
}
