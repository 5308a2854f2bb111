import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PriceDesk } from '../../../src/answers/prices/price-desk.ts';
import { priceOf, savedByCache } from '../../../src/answers/prices/prices.ts';
import type { Usage } from '../../../src/answers/usage.ts';
import { temporaryFolder } from '../../support/workspace.ts';

const WORKER = fileURLToPath(new URL('../../../src/answers/prices/prices-worker.ts', import.meta.url));
const NOW = Date.UTC(2026, 10, 1);
const usage = (input: number, model = 'claude-sonnet-4-5'): Usage => ({
  ...{ model, provider: 'anthropic', input, output: 10 },
});

function desk(file = WORKER, idleMs?: number): PriceDesk {
  const prices = new PriceDesk(file, idleMs);
  onTestFinished(() => prices.close());
  return prices;
}

describe('the desk of prices', () => {
  it('says what the list says, from one worker that is started for the first question', async () => {
    const prices = desk();
    expect(prices.counts).toEqual({ asked: 0, workers: 0 });
    const tokens = { read: 50_000, write5m: 1000, write1h: 0 };
    const [price, unknown, elsewhere, saved] = await Promise.all([
      prices.priceOf(usage(1000), NOW),
      prices.priceOf(usage(1000, 'mine'), NOW),
      prices.priceOf(
        { ...usage(1000, 'deepseek-chat'), provider: 'openai' },
        NOW,
        'https://api.deepseek.com/v1',
      ),
      prices.savedByCache(tokens, 'claude-sonnet-4-5', 'anthropic', NOW),
    ]);
    expect(price).toBe(priceOf(usage(1000), NOW));
    expect(unknown).toBeUndefined();
    expect(elsewhere).toBeGreaterThan(0);
    expect(saved).toBe(savedByCache(tokens, 'claude-sonnet-4-5', 'anthropic', NOW));
    expect(prices.counts).toEqual({ asked: 4, workers: 1 });
  });

  it('remembers its answers', async () => {
    const prices = desk();
    for (let times = 0; times < 3; times++)
      await Promise.all([1000, 2000, 1000].map((input) => prices.priceOf(usage(input), NOW + times)));
    expect(prices.counts).toEqual({ asked: 2, workers: 1 });
    await prices.priceOf(usage(1000), NOW + 60_000);
    expect(prices.counts.asked).toBe(3);
  });

  it('lets an idle worker go, and starts another one', async () => {
    const prices = desk(WORKER, 1);
    await prices.priceOf(usage(1), NOW);
    await expect
      .poll(async () => {
        await prices.priceOf(usage(Math.random()), NOW);
        return prices.counts.workers;
      })
      .toBeGreaterThan(1);
  });

  it('says why it cannot, and tries again', async () => {
    const file = join(temporaryFolder(), 'prices-worker.mjs');
    const prices = desk(file);
    await expect(prices.priceOf(usage(1), NOW)).rejects.toThrow(/prices-worker/);
    writeFileSync(file, 'process.exit(3);');
    await expect(prices.priceOf(usage(1), NOW)).rejects.toThrow('exit code 3');
    writeFileSync(
      file,
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', (all) => parentPort.postMessage(all.map((_, i) => i || { problem: 'broken list' })));`,
    );
    const asked = [prices.priceOf(usage(1), NOW), prices.priceOf(usage(2), NOW)];
    expect(await Promise.allSettled(asked)).toMatchObject([
      { status: 'rejected', reason: { message: 'broken list' } },
      { status: 'fulfilled', value: 1 },
    ]);
    await prices.close();
    await expect(prices.priceOf(usage(3), NOW)).rejects.toThrow(/closed/);
  });
});
