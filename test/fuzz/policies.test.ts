import { describe, expect, it } from 'vitest';
import { databaseIn } from '../support/database.ts';
import { PolicyRun } from '../support/policy-model/run.ts';
import { temporaryFolder } from '../support/workspace.ts';

/**
 * Random operations, policies, levels and clock jumps against a reference model. A failing run prints
 * its seed and what it did; to replay it: `AGENT_CACHE_SEED=<seed> npx vitest run test/fuzz/policies`.
 * `AGENT_CACHE_RUNS=<n>` makes n fresh ones.
 */
const seed = process.env.AGENT_CACHE_SEED;
const count = Number(process.env.AGENT_CACHE_RUNS ?? (seed ? 1 : 60));
const STEPS = 120;

describe('no sequence of operations under any policies gives an answer that the model forbids', () => {
  it('on memory and sqlite', { timeout: 3_600_000 }, async () => {
    const random = Math.floor(Math.random() * 2 ** 31);
    for (let i = 0; i < count; i++) {
      const of = seed ? Number(seed) : i === 0 || process.env.AGENT_CACHE_RUNS ? random + i : i;
      const storage = temporaryFolder();
      try {
        await new PolicyRun(of, await databaseIn(storage), storage).steps(STEPS);
      } catch (error) {
        expect.fail(`seed ${of}: ${(error as Error).message}`);
      }
    }
    console.log(`${count} runs, the random one from seed ${random}`);
  });
});
