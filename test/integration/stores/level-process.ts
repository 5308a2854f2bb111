import { FileLevel } from '../../../src/cache/file-level.ts';
import { importSnapshot } from '../../../src/cache/snapshot/import.ts';
import { openKeyvFile } from '../../../src/cache/stores/keyv-file.ts';
import { openSqlite } from '../../../src/cache/stores/sqlite.ts';
import { contentOf, swapUp } from './numbers.ts';

/**
 * A process that uses a file level: it counts one key up so many times, writes and tidies until it
 * is killed, or imports a snapshot. One line on stdout for whatever was acknowledged. Arguments:
 * kind, file, worker, what, and its parameter.
 */
const [kind, file = '', worker = '', what, parameter = ''] = process.argv.slice(2);

function failed(error: Error): void {
  console.error(error.stack);
  process.exitCode = 2;
}

const database =
  kind === 'sqlite'
    ? openSqlite({ file, worker, onProblem: failed })
    : openKeyvFile({ file, delayMs: 2, onProblem: failed });
const level = new FileLevel(database, failed, { limits: { maxBytes: 400_000, maxEntries: 60 } });
const tell = (line: string) => process.stdout.write(`${line}\n`); // synchronous: a pipe

async function work(): Promise<void> {
  switch (what) {
    case 'count':
      for (let i = 0; i < Number(parameter); i++) tell(String(await swapUp(level, 'test:n')));
      return level.close();
    case 'churn':
      for (let version = Number(parameter); ; version++) {
        const tidying = level.tidy();
        const puts = Array.from({ length: 10 }, (_, slot) => {
          const n = (version * 10 + slot) % 300;
          const variant = { id: `v${version % 3}`, stamp: {}, costMs: 1, createdAt: version, expiresAt: 0 };
          return { key: `test:${n}`, variant, bytes: contentOf(n, version), alone: () => false };
        });
        await level.putMany(puts);
        tell(`put ${version}`);
        const { removed } = await tidying;
        tell(`removed ${removed.length}`);
      }
    case 'import': {
      const { imported, problems } = await importSnapshot(level, parameter, {
        onProgress: (done) => tell(`read ${done}`),
      });
      if (problems.length > 0) throw new Error(problems.join('\n'));
      tell(`imported ${imported}`);
      return level.close();
    }
  }
}

work().catch(failed);
