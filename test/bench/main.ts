// npm run bench [-- --json FILE] [--rounds N]
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FolderDisk } from '../../src/freshness/disk.ts';
import type { Stamp } from '../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../src/freshness/workspace-cache.ts';
import { Recorder } from '../../src/insight/recorder.ts';
import { eviction } from './eviction.ts';
import { memoryHit } from './memory-hit.ts';
import { printTable, writeJson } from './report.ts';
import { verifiedHit } from './verified-hit.ts';

const { values } = parseArgs({
  options: { json: { type: 'string' }, rounds: { type: 'string', default: '7' } },
});
const rounds = Number(values.rounds);
const root = mkdtempSync(join(tmpdir(), 'agent-cache-bench-'));
try {
  const report = (where: string, error: Error) => console.error(where, error);
  const cache = new WorkspaceCache({ disk: new FolderDisk(root), observer: new Recorder<Stamp>(report) });
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, median of ${rounds} interleaved rounds\n`,
  );
  const figures = [
    ...(await memoryHit(cache, rounds)),
    ...(await verifiedHit(cache, root, rounds)),
    ...(await eviction(rounds)),
  ];
  printTable(figures);
  if (values.json) writeJson(values.json, figures);
  if (figures.some(({ ok }) => ok === false)) process.exitCode = 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
