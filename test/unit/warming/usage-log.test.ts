import { describe, expect, it } from 'vitest';
import type { Asked } from '../../../src/insight/asked.ts';
import type { Keeping } from '../../../src/insight/keeping/keeping.ts';
import type { KeptUsage } from '../../../src/warming/usage.ts';
import { UsageLog } from '../../../src/warming/usage-log.ts';

const NOW = Date.UTC(2026, 10, 18, 9);

/** What processes on one storage leave each other. */
class Storage {
  left: KeptUsage[] = [];
  saves = 0;
  failing = false;

  open(): Keeping<KeptUsage> & { end(): void } {
    let own: KeptUsage | undefined;
    return {
      takeOver: async () => {
        if (this.failing) throw new Error('The disk is on fire.');
        return this.left.splice(0);
      },
      save: async (value) => {
        if (this.failing) throw new Error('The disk is full.');
        this.saves++;
        own = structuredClone(value);
      },
      end: () => {
        if (own) this.left.push(own);
      },
    };
  }
}

function log(storage: Storage, clock = { now: NOW }) {
  const keeping = storage.open();
  const problems: string[] = [];
  const opened = new UsageLog({
    keeping,
    wanted: (key) => !key.startsWith('secret:'),
    problem: ({ message }) => problems.push(message),
    now: () => clock.now,
  });
  return { log: opened, keeping, problems, clock };
}

const asked = (key: string, agent?: string) => ({ key, namespace: key.split(':')[0], agent }) as Asked;

describe('the log of use', () => {
  it('survives a restart, once for each process that ended', async () => {
    const storage = new Storage();
    for (let session = 0; session < 3; session++) {
      const { log: one, keeping } = log(storage);
      one.asked(asked('analysis:a', 'reviewer'));
      await one.save();
      keeping.end();
    }
    const { log: last } = log(storage);
    await last.takeOver();
    const alone = log(new Storage()).log;
    alone.asked(asked('analysis:a'));
    const weight = (of: UsageLog) => of.usage.of('analysis:a')?.weight ?? 0;
    expect(weight(last) / weight(alone)).toBeCloseTo(3, 2);
    expect(storage.left).toEqual([]);
  });

  it('remembers nothing of what must not be written down', async () => {
    const storage = new Storage();
    const { log: one } = log(storage);
    one.asked(asked('secret:a'));
    await one.save();
    expect(one.usage.size).toBe(0);
    expect(storage.saves).toBe(0);
  });

  it('is written down every five minutes at the most, and only when somebody asked', async () => {
    const storage = new Storage();
    const { log: one, clock } = log(storage);
    for (let minute = 0; minute < 20; minute++) {
      if (minute < 10) one.asked(asked(`analysis:${minute}`));
      one.beat();
      clock.now += 60_000;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(storage.saves).toBe(2);
  });

  it('tells a failure, and tries again', async () => {
    const storage = new Storage();
    const { log: one, problems } = log(storage);
    storage.failing = true;
    one.asked(asked('analysis:a'));
    await one.save();
    expect(problems).toEqual(['The disk is on fire.', 'The disk is full.']);
    storage.failing = false;
    await one.save();
    expect(storage.saves).toBe(1);
  });
});
