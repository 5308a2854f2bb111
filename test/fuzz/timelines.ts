import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { FileDatabase } from '../../src/cache/stores/store.ts';
import { Timeline } from '../support/fuzz/timeline.ts';
import { temporaryFolder } from '../support/workspace.ts';

const STEPS = 40;

const seed = process.env.AGENT_CACHE_SEED;
const wanted = Number(process.env.AGENT_CACHE_TIMELINES ?? 0);

/**
 * Random histories of a workspace and its cache: `fixed` ones, the same in every run, and one that is
 * another each time. A failing one prints its seed; to replay it:
 * `AGENT_CACHE_SEED=<seed> npx vitest run test/fuzz -t <store>`. The order in which the system's
 * threads answer is not in the seed: a rare one needs some replays. `AGENT_CACHE_TIMELINES=<n>` runs
 * n fresh ones instead, `AGENT_CACHE_MINUTES=<m>` as many as that time allows.
 */
export function timelines(
  store: string,
  fixed: number,
  open: ((storage: string) => Promise<FileDatabase>) | undefined,
): void {
  it(`no timeline makes the cache serve what is not true: ${store}`, { timeout: 7_200_000 }, async () => {
    const random = Math.floor(Math.random() * 2 ** 31);
    const minutes = Number(process.env.AGENT_CACHE_MINUTES ?? 0);
    const until = minutes > 0 ? Date.now() + minutes * 60_000 : Number.POSITIVE_INFINITY;
    const count = minutes > 0 ? Number.MAX_SAFE_INTEGER : seed ? wanted || 1 : wanted || fixed;
    const fresh = wanted > 0 || minutes > 0;
    let ran = 0;
    for (; ran < count && Date.now() < until; ran++) {
      await one(store, seed ? Number(seed) : fresh ? random + ran : ran === 0 ? random : ran, open);
    }
    console.log(`${store}: ${ran} timelines, the random one from seed ${random}`);
  });
}

async function one(
  store: string,
  of: number,
  open: ((storage: string) => Promise<FileDatabase>) | undefined,
): Promise<void> {
  const root = temporaryFolder();
  const storage = temporaryFolder();
  const timeline = new Timeline({ seed: of, root, open: open && (() => open(storage)) });
  await timeline.run(STEPS);
  rmSync(root, { recursive: true, force: true });
  rmSync(storage, { recursive: true, force: true });
  if (timeline.wrong.length === 0) return;
  const replay = `AGENT_CACHE_SEED=${of} npx vitest run test/fuzz -t '${store}'`;
  console.log(`${timeline.wrong.join('\n')}\nreplay: ${replay}`); // others may go on for an hour
  expect.fail(`${timeline.log.join('\n')}\n\nreplay: ${replay}\n${timeline.wrong.join('\n')}`);
}
