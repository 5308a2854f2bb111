/** Made-up alerts and warming: quiet in a small cache, busy in a large one. */
import type { Outlook } from '../../../src/protocol/outlook.ts';

const MINUTE = 60e3;
const HOUR = 60 * MINUTE;
const NONE = { computed: 0, failed: 0, skipped: 0 };

export function makeOutlook(busy: boolean, at: number): Outlook {
  if (!busy) {
    const warming = { strategy: 'everything', whenIdle: false, waiting: 0 };
    return { alerts: [], rules: 2, warming: { ...warming, refreshed: { change: NONE, expiry: NONE } } };
  }
  return {
    alerts: [
      {
        name: 'analyses miss',
        state: 'firing',
        of: 'the hit rate of the namespace "analysis"',
        condition: 'below 60 %, over 15 min',
        value: '42.3 %',
        since: at - 12 * MINUTE,
        told: 2,
        toldAt: at - 12 * MINUTE,
        againAt: at + 48 * MINUTE,
      },
      {
        name: 'a level fails',
        state: 'firing',
        of: 'failing levels',
        condition: 'above 0, over 5 min',
        value: '1',
        since: at - 26 * MINUTE,
        told: 0,
        mutedUntil: at + 20 * HOUR,
      },
      {
        name: 'computing is slow, as it was in the last release and in the one before that',
        state: 'ok',
        of: 'the 99th percentile of computing',
        condition: 'above 500 ms, over 5 min',
        value: '184 ms',
        since: at - 2 * HOUR,
        told: 1,
        toldAt: at - 3 * HOUR,
      },
    ],
    rules: 4,
    warming: {
      strategy: 'hybrid',
      whenIdle: true,
      schedule: '0 8 * * 1-5',
      next: at + 18 * HOUR,
      last: {
        cause: 'schedule',
        at: at - 6 * HOUR,
        ms: 8_412,
        computed: 340,
        fresh: 1_204,
        failed: 3,
        cancelled: false,
        reasons: ['outline: src/big.ts is larger than 1 MB.'],
      },
      refreshed: {
        change: { computed: 120, failed: 2, skipped: 8 },
        expiry: { computed: 14, failed: 0, skipped: 1 },
      },
      waiting: 3,
    },
  };
}
