import { CONTESTANTS } from './contest.ts';
import { OURS } from './ours.ts';
import { compared, type Figure, figure } from './report.ts';

const CALLERS = 1000;

/** How often a thousand callers of one cold key make it computed, when that succeeds and when it fails. */
export async function coldKey(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, open } of CONTESTANTS) {
    const library = open(100);
    const { getOrCompute } = library;
    if (getOrCompute && !name.startsWith('lru-cache')) {
      for (const outcome of ['success', 'failure'] as const) {
        let calls = 0;
        const compute = async () => {
          calls++;
          await Promise.resolve();
          if (outcome === 'failure') throw new Error('no luck');
          return { calls };
        };
        const asked = Array.from({ length: CALLERS }, () => getOrCompute(`bench:${outcome}`, compute));
        await Promise.allSettled(asked);
        const once = { text: '1', holds: (count: number) => count === 1 };
        const what = `runs for 1,000 callers, ${outcome}, ${name}`;
        const line = figure(what, calls, '', undefined, name === OURS ? once : undefined);
        figures.push(
          compared(line, name, outcome === 'success' ? 'runs for 1,000 callers' : 'when it fails'),
        );
      }
    }
    await library.close?.();
  }
  return figures;
}
