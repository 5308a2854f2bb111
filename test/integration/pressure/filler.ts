// Fills the memory level far beyond the heap: node --max-old-space-size=96 filler.ts watch|ignore
import { heapPercent, PressureRelief, type Relief } from '../../../src/cache/pressure.ts';
import { FolderDisk } from '../../../src/freshness/disk.ts';
import type { Stamp } from '../../../src/freshness/stamp.ts';
import { WorkspaceCache } from '../../../src/freshness/workspace-cache.ts';
import { Recorder } from '../../../src/insight/recorder.ts';

const reliefs: Relief[] = [];
const workspace = new WorkspaceCache({
  disk: new FolderDisk(import.meta.dirname),
  observer: new Recorder<Stamp>(() => {}),
  memory: { entries: 10_000_000, bytes: 2 ** 40 },
});
const { memory } = workspace.cache;
const relief = new PressureRelief({
  settings: () => ({ watch: process.argv[2] === 'watch', percent: 80 }),
  percent: heapPercent,
  memory: {
    get entries() {
      return memory.entries;
    },
    shrink: (part) => memory.shrink(part),
    clear: () => void workspace.cache.clearLevel('memory', { reason: 'evicted' }),
  },
  relieved: (what) => reliefs.push(what),
});
const KEYS = 200_000;
for (let i = 0; i < KEYS; i++) {
  const numbers = Array.from({ length: 100 }, (_, n) => n + i + 0.5);
  await workspace.set(`test:${i}`, { numbers });
  if (i % 500 === 0) {
    relief.beat();
    await new Promise(setImmediate);
  }
}
console.log(
  JSON.stringify({
    reliefs: reliefs.map(({ did }) => did),
    last: workspace.peek(`test:${KEYS - 1}`) !== undefined,
  }),
);
