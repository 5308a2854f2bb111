import { Explorer } from '../e2e/driver/explorer.ts';
import type { Workbench } from '../e2e/driver/workbench.ts';
import { processorMs } from './processes.ts';

const EXTENSION_HOST = '--type=extensionHost';
const RENDERER = '--type=renderer';
/** After something was done, its echoes are over after so long, ms. */
const SETTLES = 5000;

/** Share of one processor, percent. */
interface Busy {
  readonly host: number;
  readonly renderer: number;
}

export interface Idle {
  readonly open: Busy;
  readonly closed: Busy;
}

/** What extension host and renderers take while the panel is open and nothing happens, and without it. */
export async function idle(workbench: Workbench, seconds: number): Promise<Idle> {
  const rounds: Idle[] = [];
  for (let round = 0; round < 2; round++) {
    await (await Explorer.open(workbench)).section(round === 0 ? 'Overview' : 'Entries');
    const open = await busy(seconds);
    await workbench.runCommand('View: Close All Editors');
    rounds.push({ open, closed: await busy(seconds) });
  }
  return { open: mean(rounds.map(({ open }) => open)), closed: mean(rounds.map(({ closed }) => closed)) };
}

async function busy(seconds: number): Promise<Busy> {
  await sleep(SETTLES);
  const before = {
    at: performance.now(),
    host: processorMs(EXTENSION_HOST),
    renderer: processorMs(RENDERER),
  };
  await sleep(seconds * 1000);
  const ms = performance.now() - before.at;
  const share = (text: string, was: number) => (100 * (processorMs(text) - was)) / ms;
  return { host: share(EXTENSION_HOST, before.host), renderer: share(RENDERER, before.renderer) };
}

function mean(all: readonly Busy[]): Busy {
  const of = (part: keyof Busy) =>
    Number((all.reduce((sum, busy) => sum + busy[part], 0) / all.length).toFixed(2));
  return { host: of('host'), renderer: of('renderer') };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
