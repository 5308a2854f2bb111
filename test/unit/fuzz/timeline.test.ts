import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openKeyvFile } from '../../../src/cache/stores/keyv-file.ts';
import type { FileDatabase } from '../../../src/cache/stores/store.ts';
import { databaseIn } from '../../support/database.ts';
import { Timeline } from '../../support/fuzz/timeline.ts';
import { temporaryFolder } from '../../support/workspace.ts';

/**
 * Random histories of a workspace and its cache. A failing one prints its seed; to replay it:
 * `AGENT_CACHE_SEED=<seed> npx vitest run test/unit/fuzz -t <store>`. The order in which the
 * system's threads answer is not in the seed: a rare one needs some replays.
 * `AGENT_CACHE_TIMELINES=<n>` runs n fresh ones per store instead of the fixed ones.
 */
const seed = process.env.AGENT_CACHE_SEED;
const timelines = Number(process.env.AGENT_CACHE_TIMELINES ?? 0);
const STEPS = 40;
/** The fixed ones of one store end here on a slow machine, ms. */
const MOST = 8_000;

type Open = (storage: string) => Promise<FileDatabase>;
const STORES: readonly (readonly [name: string, fixed: number, open: Open | undefined])[] = [
  ['sqlite', 60, (storage) => databaseIn(storage)],
  [
    'keyv-file',
    60,
    async (storage) =>
      openKeyvFile({
        file: join(storage, 'cache.json'),
        delayMs: 1,
        onProblem: (error) => {
          throw error;
        },
      }),
  ],
  ['memory only', 160, undefined],
];

describe('no timeline makes the cache serve what is not true', () => {
  it.each(STORES)(
    '%s',
    async (store, fixed, open) => {
      const random = Math.floor(Math.random() * 2 ** 31);
      const count = seed ? Number(process.env.AGENT_CACHE_TIMELINES ?? 1) : timelines || fixed;
      const began = performance.now();
      let ran = 0;
      for (; ran < count; ran++) {
        if (!seed && !timelines && performance.now() - began > MOST) break;
        const of = seed ? Number(seed) : timelines ? random + ran : ran === 0 ? random : ran;
        await one(store, of, open);
      }
      console.log(`${store}: ${ran} timelines, the random one from seed ${random}`);
    },
    timelines || seed ? 3_600_000 : 60_000,
  );
});

async function one(store: string, of: number, open: Open | undefined): Promise<void> {
  const root = temporaryFolder();
  const storage = temporaryFolder();
  const timeline = new Timeline({ seed: of, root, open: open && (() => open(storage)) });
  await timeline.run(STEPS);
  rmSync(root, { recursive: true, force: true });
  rmSync(storage, { recursive: true, force: true });
  const replay = `AGENT_CACHE_SEED=${of} npx vitest run test/unit/fuzz -t '${store}'`;
  expect(timeline.wrong, `${timeline.log.join('\n')}\n\nreplay: ${replay}\n`).toEqual([]);
}
