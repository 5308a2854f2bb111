import { Explorer } from '../e2e/driver/explorer.ts';
import { until } from '../e2e/driver/until.ts';
import type { Workbench } from '../e2e/driver/workbench.ts';

/** One opening of the panel, in milliseconds. */
export interface Opened {
  /** From the begin of the page to its first paint with content. */
  readonly paintedMs: number;
  /** To the paint of the largest text, which comes with the first snapshot. */
  readonly contentMs: number;
  /** From the click on the status bar to the first paint. */
  readonly fromClickMs: number;
}

const ITEM = '[id="agent-cache-explorer.agent-cache-explorer.agentCache.hitRate"]';

/** Opens the panel by a click on the status bar, as the browser saw it, and closes it again. */
export async function open(workbench: Workbench): Promise<Opened> {
  const { page } = workbench;
  const clicked = page.evaluate<number>(`new Promise((resolve) => {
    addEventListener('mousedown', ({ timeStamp }) => resolve(performance.timeOrigin + timeStamp), { once: true, capture: true });
  })`);
  await page.locator(ITEM).click();
  const { frame } = await Explorer.shown(workbench);
  await frame.locator('.rate-number').waitFor();
  const seen = await until('what was painted is told', () => frame.evaluate<Seen | undefined>(PAINTED));
  await workbench.runCommand('View: Close All Editors');
  return {
    paintedMs: seen.first,
    contentMs: seen.largest,
    fromClickMs: seen.origin + seen.first - (await clicked),
  };
}

interface Seen {
  readonly origin: number;
  readonly first: number;
  readonly largest: number;
}

/** In the page: the times of its paints, once it has had the largest. */
const PAINTED = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    const largest = list.getEntries().at(-1);
    if (paint && largest) {
      resolve({ origin: performance.timeOrigin, first: paint.startTime, largest: largest.startTime });
    }
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  setTimeout(resolve, 1000);
})`;
