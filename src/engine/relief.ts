import { heapPercent, PressureRelief, type PressureSettings } from '../cache/pressure.ts';
import type { Stamp } from '../freshness/stamp.ts';
import type { WorkspaceCache } from '../freshness/workspace-cache.ts';
import type { Recorder } from '../insight/recorder.ts';
import { countOfEntries } from './texts.ts';

/** Gives the memory level back, in part or whole, when the heap fills; told as an activity. */
export function openRelief(
  { cache }: WorkspaceCache,
  recorder: Recorder<Stamp>,
  settings: () => PressureSettings,
): PressureRelief {
  const cleared = { reason: 'evicted', detail: 'memory pressure' } as const;
  return new PressureRelief({
    settings,
    percent: heapPercent,
    memory: {
      get entries() {
        return cache.memory.entries;
      },
      shrink: (part) => cache.memory.shrink(part),
      clear: () => void cache.clearLevel('memory', cleared),
    },
    relieved: ({ did, entries, percent }) => {
      const what = did === 'evicted' ? 'evicted the least useful' : 'cleared the memory level:';
      const text = `Heap at ${Math.round(percent)} %: ${what} ${countOfEntries(entries)}`;
      recorder.note('pressure', text, entries);
    },
  });
}
