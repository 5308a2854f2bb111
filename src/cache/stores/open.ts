import { join } from 'node:path';
import { openKeyvFile } from './keyv-file.ts';
import { openSqlite } from './sqlite.ts';
import type { FileDatabase, OnProblem, OnWarning } from './store.ts';

export type StoreKind = FileDatabase['kind'];

/** The database of the file level in a folder, which is created when it is missing. */
export function openDatabase(
  kind: StoreKind,
  options: {
    readonly folder: string;
    readonly worker: string;
    readonly onProblem: OnProblem;
    readonly onWarning?: OnWarning;
  },
): FileDatabase {
  const { folder, worker, onProblem, onWarning } = options;
  switch (kind) {
    case 'sqlite':
      return openSqlite({ file: join(folder, 'cache.sqlite'), worker, onProblem });
    case 'keyv-file':
      return openKeyvFile({
        file: join(folder, 'cache.json'),
        onProblem,
        ...(onWarning && { onWarning }),
      });
  }
}
