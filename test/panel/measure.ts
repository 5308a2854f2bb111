// npm run measure -- [--entries N] [--opens N] [--idle SECONDS] [--json FILE]
// How soon the panel is painted in the real VS Code, how it scrolls, and what it costs while nobody uses it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Explorer } from '../e2e/driver/explorer.ts';
import { launch } from '../e2e/driver/launch.ts';
import { until } from '../e2e/driver/until.ts';
import { fillStorage } from '../e2e/filled/storage.ts';
import { idle } from './idle.ts';
import { type Opened, open } from './opening.ts';
import { JUMPING, STEADY, scroll } from './scrolling.ts';

const { values } = parseArgs({
  options: {
    entries: { type: 'string', default: '50000' },
    opens: { type: 'string', default: '9' },
    idle: { type: 'string', default: '20' },
    json: { type: 'string' },
  },
});
const entries = Number(values.entries);
const workspace = mkdtempSync(join(tmpdir(), 'agent-cache-measure-'));
process.stderr.write(`storing ${entries} entries …\n`);
const workbench = await launch({
  workspace,
  settings: { 'agentCache.warm.onStartup': false },
  prepare: (globalStorage) => fillStorage(globalStorage, workspace, entries),
});
try {
  const status = async () => (await (await Explorer.open(workbench)).entries()).status();
  await until('all entries are listed', async () =>
    (await status()).startsWith(entries.toLocaleString('en-US')),
  );
  await workbench.runCommand('View: Close All Editors');
  const opens: Opened[] = [];
  for (let nth = 0; nth < Number(values.opens); nth++) {
    process.stderr.write(`\ropening ${nth + 1} of ${values.opens}`);
    opens.push(await open(workbench));
  }
  process.stderr.write('\nscrolling …\n');
  const explorer = await Explorer.open(workbench);
  const steady = await scroll(explorer, STEADY);
  const jumping = await scroll(explorer, JUMPING);
  process.stderr.write(`idle for 4 × ${values.idle} s …\n`);
  const cost = await idle(workbench, Number(values.idle));
  const painted = spread(opens.map(({ paintedMs }) => paintedMs));
  const fromClick = spread(opens.map(({ fromClickMs }) => fromClickMs));
  const content = spread(opens.map(({ contentMs }) => contentMs));
  const rendering = 'Chromium without a GPU: painting is on the processor, too';
  const lines: readonly (readonly [string, string, string])[] = [
    ['first paint of the page, median (most)', ms(painted), '< 300 ms'],
    ['its figures painted, median (most)', ms(content), ''],
    ['from the click to the first paint', ms(fromClick), ''],
    [
      'frames per second, 10 rows a frame',
      `${steady.perSecond} (${steady.late} late, longest ${steady.longestMs} ms)`,
      '60',
    ],
    [
      'frames per second, whole list in 5 s',
      `${jumping.perSecond} (${jumping.late} late, longest ${jumping.longestMs} ms)`,
      '',
    ],
    ['extension host, panel open (closed)', `${cost.open.host} % (${cost.closed.host} %)`, '< 2 %'],
    ['renderer, panel open (closed)', `${cost.open.renderer} % (${cost.closed.renderer} %)`, '< 2 %'],
  ];
  console.log(`${entries.toLocaleString('en-US')} entries; ${rendering}\n`);
  console.log(lines.map(([what, is, budget]) => `${what.padEnd(42)} ${is.padEnd(34)} ${budget}`).join('\n'));
  if (values.json) {
    const all = { entries, rendering, painted, content, fromClick, steady, jumping, idle: cost, opens };
    writeFileSync(values.json, `${JSON.stringify(all, null, 2)}\n`);
  }
} finally {
  await workbench.close();
  rmSync(workspace, { recursive: true, force: true });
}

function spread(all: readonly number[]): { readonly median: number; readonly most: number } {
  const sorted = all.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, most: sorted.at(-1) ?? 0 };
}

function ms({ median, most }: ReturnType<typeof spread>): string {
  return `${median.toFixed(0)} ms (${most.toFixed(0)} ms)`;
}
