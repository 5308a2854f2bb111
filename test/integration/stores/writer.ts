import { openKeyvFile } from '../../../src/cache/stores/keyv-file.ts';
import { openSqlite } from '../../../src/cache/stores/sqlite.ts';
import type { FileDatabase } from '../../../src/cache/stores/store.ts';
import { commitSlot } from './slots.ts';

/**
 * A process that writes until it is killed, or so many times per slot, and says on stdout what was
 * acknowledged: `slot version` by line. Arguments: kind, file, worker, first slot, first version, count.
 */
const [kind, file = '', worker = '', firstSlot, firstVersion, count] = process.argv.slice(2);
const SLOTS = 8;

function onProblem(error: Error): void {
  console.error(error.message);
  process.exitCode = 2;
}

const database: FileDatabase =
  kind === 'sqlite' ? openSqlite({ file, worker, onProblem }) : openKeyvFile({ file, delayMs: 2, onProblem });

async function fill(slot: number): Promise<void> {
  for (let version = Number(firstVersion); version < Number(firstVersion) + Number(count); version++) {
    await commitSlot(database, `slot-${slot}`, version);
    process.stdout.write(`slot-${slot} ${version}\n`); // synchronous: a pipe
  }
}

Promise.all(Array.from({ length: SLOTS }, (_, index) => fill(Number(firstSlot) + index))).then(
  () => database.close(),
  onProblem,
);
